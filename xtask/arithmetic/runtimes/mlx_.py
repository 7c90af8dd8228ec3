"""MLX on the processor (`mlx[cpu]`), eager and compiled."""

import mlx.core as mx
import mlx.nn as nn
import numpy as np

NAME = "MLX"
mx.set_default_device(mx.cpu)


def versions():
    return {"mlx": mx.__version__}


def _arrays(function):
    def run(*arrays):
        out = function(*(mx.array(array, mx.float64 if array.dtype == np.float64 else mx.float32) for array in arrays))
        mx.eval(out)
        return np.array(out)

    return run


def _attention(scores):
    """Queries of (1, 0, …), keys of (score, 0, …), values of the identity."""
    rows, n = scores.shape
    first = (mx.arange(n) == 0).astype(scores.dtype)
    query = mx.broadcast_to(first, (rows, 1, 1, n))
    key = (scores[:, :, None] * first)[:, None]
    value = mx.broadcast_to(mx.eye(n, dtype=scores.dtype), (rows, 1, n, n))
    return mx.fast.scaled_dot_product_attention(query, key, value, scale=1.0)[:, 0, 0]


ONE = {
    "exp": mx.exp,
    "log": mx.log,
    "tanh": mx.tanh,
    "erf": mx.erf,
    "sigmoid": mx.sigmoid,
    "silu": nn.silu,
    "gelu": nn.gelu,
    "gelu-tanh": nn.gelu_approx,
    "softplus": nn.softplus,
    "sqrt": mx.sqrt,
    "rsqrt": mx.rsqrt,
    "divide": mx.divide,
}
FORMS = {
    **{name: {"eager": function, "compiled": mx.compile(function)} for name, function in ONE.items()},
    "softmax": {"mx.softmax": lambda scores: mx.softmax(scores, axis=-1)},
    "attention": {"mx.fast": _attention},
    "sum": {"mx.sum": lambda x: mx.sum(x, axis=-1)},
    "dot": {"sum of products": lambda x, y: mx.sum(x * y, axis=-1)},
    "matmul": {"@": mx.matmul},
    "multiply": {"x * y": mx.multiply},
    "add": {"x + y": mx.add},
    "weight": {"x * y": mx.multiply},
    "divisor": {"x / y": mx.divide},
}


def operation(name, kind):
    return {form: _arrays(function) for form, function in FORMS[name].items()}
