#!/bin/sh
# PyTorch's exporter to ONNX writes the scalars of a double model as the nearest singles: the file is another function than the module.
#
# Installs the pinned packages in a temporary folder, shows what they give for a valid module, and fails if that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 torch==2.15.0 onnx==1.23.2 onnxscript==0.7.2
"$folder/venv/bin/python" - <<'END'
import contextlib
import io
import logging
import warnings

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)


class Scaled(torch.nn.Module):
    def forward(self, x):
        return torch.rsqrt(x * x + 1e-6) * 0.1


x = torch.tensor([0.25, 3.0], dtype=torch.float64)
buffer = io.BytesIO()
with contextlib.redirect_stdout(io.StringIO()):
    torch.onnx.export(Scaled(), (x,), buffer, dynamo=True, opset_version=18)
model = onnx.load_from_string(buffer.getvalue())
scalars = sorted(float(numpy_helper.to_array(t)) for t in model.graph.initializer if t.data_type == onnx.TensorProto.DOUBLE)
name = model.graph.input[0].name
exported, module = ReferenceEvaluator(model).run(None, {name: x.numpy()})[0], Scaled()(x).numpy()
print("torch", torch.__version__, "onnx", onnx.__version__)
print("scalars in the file", scalars, "module", module, "file", exported)
assert float(np.float32(0.1)) in scalars and 0.1 not in scalars and (abs(exported / module - 1) > 1e-9).all()
END
