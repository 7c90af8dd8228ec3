#!/bin/sh
# safetensors.numpy saves a transposed, strided or Fortran-ordered array without an error and with other numbers: those that lie in
# memory, under the shape of the view. Weights are transposed on their way from one framework to another, so a file can hold a wrong
# model. After numpy.ascontiguousarray what is loaded is what was saved.
#
# Installs the pinned packages in a temporary folder, shows what they give for valid input, and fails if that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 safetensors==0.8.0
"$folder/venv/bin/python" - <<'END'
import numpy as np
import safetensors
from safetensors.numpy import load, save

print("safetensors", safetensors.__version__, "numpy", np.__version__)
rows = np.arange(6, dtype=np.float32).reshape(2, 3)
views = {"transposed": rows.T, "strided": np.arange(6, dtype=np.float32)[::2], "fortran": np.asfortranarray(rows)}
seen = {}
for name, array in views.items():
    assert np.array_equal(load(save({"x": np.ascontiguousarray(array)}))["x"], array), name
    seen[name] = load(save({"x": array}))["x"].astype(int).tolist()
    print(f"{name}: saved {array.astype(int).tolist()}, loaded {seen[name]}")
assert seen == {"transposed": [[0, 1], [2, 3], [4, 5]], "strided": [0, 1, 2], "fortran": [[0, 3, 1], [4, 2, 5]]}, seen
END
