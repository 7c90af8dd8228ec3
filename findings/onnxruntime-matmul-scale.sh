#!/bin/sh
# ONNX Runtime's optimiser moves a factor beside a matrix product into it, where it can make a product vanish that the graph keeps.
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
nodes = [helper.make_node("Mul", ["x", "scale"], ["z"]), helper.make_node("MatMul", ["z", "weights"], ["y"])]
x = np.array([[1e-25, 2e-25]], np.float32)
numbers = {"weights": [[1e-25], [1e-25]], "scale": 1e25}
off, on, reference = three(nodes, TensorProto.FLOAT, numbers, x)
print("(1e25 * x) @ weights: off", off, "on", on, "reference", reference)
assert np.allclose(off, reference, rtol=1e-6) and off[0, 0] > 0 and on[0, 0] == 0
END
