#!/bin/sh
# In PyTorch a number divided by a tensor rounds twice: 11 / t is the reciprocal of t times 11. For a quarter of all f32 arguments that
# is not what torch.div gives for the same values as tensors, nor NumPy, nor IEEE 754.
#
# Installs the pinned packages in a temporary folder, shows what they give for valid input, and fails if that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 torch==2.15.0
"$folder/venv/bin/python" - <<'END'
import numpy as np
import torch

print("torch", torch.__version__, "numpy", np.__version__)
x = torch.from_numpy(np.random.default_rng(1).uniform(1, 10, 100_000).astype(np.float32))
number, tensors, twice = 11 / x, torch.div(torch.tensor(11.0), x), x.reciprocal() * 11
nearest = torch.from_numpy((11 / x.numpy().astype(np.float64)).astype(np.float32))
print(f"11 / t: {(number != nearest).sum()} of {len(x)} are not the nearest numbers; torch.div of tensors: {(tensors != nearest).sum()}")
print("11 / 4.569589:", (11 / torch.tensor(4.569589)).item(), "and as tensors", torch.div(torch.tensor(11.0), torch.tensor(4.569589)).item())
assert torch.equal(number, twice) and torch.equal(tensors, nearest)
assert (number != nearest).float().mean() > 0.1
END
