#!/bin/sh
# ONNX Runtime's optimiser takes a function for GELU whose constants differ from GELU's by up to a hundred thousandth.
#
# Installs the pinned packages in a temporary folder, shows what they give for a valid graph, and fails if that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" - <<'END'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator


def three(nodes, kind, numbers, x):
    """What ONNX Runtime gives with its optimiser off and on, and the reference evaluator."""
    shapes = x.shape, ["rows", "columns"][: x.ndim]
    ends = [helper.make_tensor_value_info(name, kind, shape) for name, shape in zip("xy", shapes)]
    tensors = [numpy_helper.from_array(np.asarray(value, x.dtype), name) for name, value in numbers.items()]
    model = helper.make_model(helper.make_graph(nodes, "finding", ends[:1], ends[1:], tensors), opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 10
    onnx.checker.check_model(model)
    found = []
    for level in (onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL, onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL):
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = level
        found.append(onnxruntime.InferenceSession(model.SerializeToString(), options).run(None, {"x": x})[0])
    return [*found, ReferenceEvaluator(model).run(None, {"x": x})[0]]


print("onnxruntime", onnxruntime.__version__, "onnx", onnx.__version__, "numpy", np.__version__)
x = np.array([3.0, -2.0], np.float32)
root = np.float32(np.sqrt(2) * (1 + 9e-6))
nodes = [
    helper.make_node("Div", ["x", "root"], ["a"]), helper.make_node("Erf", ["a"], ["b"]), helper.make_node("Add", ["b", "one"], ["c"]),
    helper.make_node("Mul", ["x", "c"], ["d"]), helper.make_node("Mul", ["d", "half"], ["y"]),
]
off, on, reference = three(nodes, TensorProto.FLOAT, {"root": root, "one": 1, "half": 0.5}, x)
off2, on2, _ = three(nodes, TensorProto.FLOAT, {"root": np.float32(np.sqrt(2)), "one": 1, "half": 0.5}, x)
print("x / 2 * (1 + erf(x / (1.000009 sqrt 2))): off", off, "on", on, "reference", reference, "GELU", off2)
assert (on == on2).all() and np.allclose(on, off2, rtol=2e-7) and abs(off[1] - on[1]) > 4e-7
END
