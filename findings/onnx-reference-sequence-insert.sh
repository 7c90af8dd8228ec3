#!/bin/sh
# The reference evaluator of onnx inserts at the front of a sequence where the place is its length; the definition is the end.
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


print("onnxruntime", onnxruntime.__version__, "onnx", onnx.__version__, "numpy", np.__version__)
tensors = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1]) for name in "abc"]
place = helper.make_tensor_value_info("place", onnx.TensorProto.INT64, [])
nodes = [
    helper.make_node("SequenceConstruct", ["a", "b"], ["two"]),
    helper.make_node("SequenceInsert", ["two", "c", "place"], ["three"]),
    helper.make_node("ConcatFromSequence", ["three"], ["y"], axis=0),
]
graph = helper.make_graph(nodes, "finding", [*tensors, place], [onnx.ValueInfoProto(name="y")])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)])
model.ir_version = helper.find_min_ir_version_for(model.opset_import)
given = {name: np.array([value], np.float32) for name, value in zip("abc", (1, 2, 3))} | {"place": np.array(2)}
runtime = onnxruntime.InferenceSession(model.SerializeToString()).run(None, given)[0].tolist()
reference = ReferenceEvaluator(model).run(None, given)[0].tolist()
print("SequenceInsert of 3 at place 2 of [1, 2], which is allowed and the end: onnxruntime", runtime, "reference", reference)
assert runtime == [1, 2, 3] and reference == [3, 1, 2]
END
