"""tinygrad on the processor."""

import importlib.metadata
import os

os.environ.setdefault("DEV", "CPU")

import numpy as np  # noqa: E402
from tinygrad import Tensor, dtypes  # noqa: E402

NAME = "tinygrad"


def versions():
    return {"tinygrad": importlib.metadata.version("tinygrad")}


def _arrays(function):
    def run(*arrays):
        kinds = {np.dtype(np.float32): dtypes.float32, np.dtype(np.float64): dtypes.float64}
        return function(*(Tensor(np.ascontiguousarray(array), dtype=kinds[array.dtype]) for array in arrays)).numpy()

    return run




FORMS = {
    "exp": Tensor.exp,
    "log": Tensor.log,
    "tanh": Tensor.tanh,
    "erf": Tensor.erf,
    "sigmoid": Tensor.sigmoid,
    "silu": Tensor.silu,
    "gelu": lambda x: x * 0.5 * (1 + (x / 2**0.5).erf()),
    "gelu-tanh": Tensor.gelu,
    "softplus": Tensor.softplus,
    "sqrt": Tensor.sqrt,
    "rsqrt": Tensor.rsqrt,
    "divide": lambda x, y: x / y,
    "softmax": lambda scores: scores.softmax(-1),
    "sum": lambda x: x.sum(-1),
    "dot": lambda x, y: (x * y).sum(-1),
    "matmul": lambda x, y: x @ y,
    "multiply": lambda x, y: x * y,
    "add": lambda x, y: x + y,
    "weight": lambda x, y: x * y,
    "divisor": lambda x, y: x / y,
}


def operation(name, kind):
    # Its attention has no scale of one's own, and the scores are divided by √n: nothing that softmax does not show.
    return {"eager": _arrays(FORMS[name])} if name in FORMS else {}
