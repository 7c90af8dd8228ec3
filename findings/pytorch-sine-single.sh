#!/bin/sh
# PyTorch's sine of f32 tensors on x86 is the library MKL's, not SLEEF's: an f64 polynomial of degree 9 with the least greatest relative
# error, rounded once. So it misses the nearest number for one argument in twenty, and SLEEF's bits in one of fifty.
#
# Installs the pinned packages in a temporary folder, shows what they give for valid input, and fails if that has changed.
# On processors of other kinds PyTorch comes without MKL; the script says so and ends.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 torch==2.15.0
"$folder/venv/bin/python" - <<'END'
import sys

import numpy as np
import torch

print("torch", torch.__version__, "numpy", np.__version__, "MKL", torch.backends.mkl.is_available())
if not torch.backends.mkl.is_available():
    sys.exit(0)
first, last = np.array([2.0**-12, np.pi / 2], np.float32).view(np.int32)
x = np.arange(first, last, 7, dtype=np.int32).view(np.float32)
wide = x.astype(np.float64)
s = wide * wide
p = ((2.605780637968037e-6 * s - 0.0001980960290193795) * s + 0.008333066246082155) * s - 0.16666659550427756
polynomial = (wide + wide * (s * p)).astype(np.float32)
nearest = np.sin(wide).astype(np.float32)
found = torch.sin(torch.from_numpy(x)).numpy()
print(f"{len(x)} arguments from 2^-12 to pi/2: {(found != polynomial).sum()} differ from the polynomial, {(found != nearest).sum()} from the nearest number")
assert (found == polynomial).all() and (found != nearest).mean() > 0.01
END
