#!/bin/sh
# ONNX Runtime's optimiser leaves out a factor of f64 that f32 does not tell from 1, and a term that f32 does not tell from 0.
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
x = np.array([3.0, 5.0])
factor = [
    helper.make_node("Neg", ["x"], ["a"]), helper.make_node("Mul", ["a", "factor"], ["b"]),
    helper.make_node("Sub", ["a", "b"], ["y"]),
]
off, on, reference = three(factor, TensorProto.DOUBLE, {"factor": 1 + 2.0**-28}, x)
print("x * (1 + 2^-28) - x: off", off, "on", on, "reference", reference)
assert (off == x * 2.0**-28).all() and (reference == off).all() and (on == 0).all()
x = np.array([0.0, 1e-60])
term = [
    helper.make_node("Neg", ["x"], ["a"]), helper.make_node("Add", ["a", "term"], ["b"]), helper.make_node("Neg", ["b"], ["y"]),
]
off, on, reference = three(term, TensorProto.DOUBLE, {"term": -1e-60}, x)
print("x + 1e-60: off", off, "on", on, "reference", reference)
assert (off == x + 1e-60).all() and (reference == off).all() and (on == x).all()
END
