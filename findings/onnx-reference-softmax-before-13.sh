#!/bin/sh
# The reference evaluator of onnx gives Softmax before version 13 the meaning of version 13: one axis, the last by default.
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
from onnx import helper
from onnx.reference import ReferenceEvaluator


def both(op, opset, inputs, **attributes):
    """What ONNX Runtime, its optimiser off, and the reference evaluator give."""
    names = [f"x{index}" for index in range(len(inputs))]
    kinds = [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(x.dtype), x.shape) for name, x in zip(names, inputs)]
    graph = helper.make_graph([helper.make_node(op, names, ["y"], **attributes)], "finding", kinds, [onnx.ValueInfoProto(name="y")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = helper.find_min_ir_version_for(model.opset_import)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    given = dict(zip(names, inputs))
    found = []
    for run in (lambda: onnxruntime.InferenceSession(model.SerializeToString(), options), lambda: ReferenceEvaluator(model)):
        try:
            found.append(run().run(None, given)[0])
        except onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented:
            found.append(None)
    return found


print("onnxruntime", onnxruntime.__version__, "onnx", onnx.__version__, "numpy", np.__version__)
runtime, reference = both("Softmax", 11, [np.array([[[1, 2], [3, 4]]], np.float32)])
print("Softmax of version 11 with the axis 1 by default: all axes from it on are one list, whose weights sum to 1")
print("onnxruntime", runtime.tolist(), "reference", reference.tolist())
assert np.isclose(runtime.sum(), 1) and np.isclose(reference.sum(), 2)
END
