"""NumPy, with functions that it lacks written as people write them, and SciPy's erf."""

import math

import numpy as np

NAME = "NumPy"


def versions():
    import scipy

    return {"numpy": np.__version__, "scipy": scipy.__version__}


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _erf(x):
    from scipy.special import erf

    return erf(x)


def _softmax(scores):
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _gelu_tanh(x):
    root = x.dtype.type(math.sqrt(2 / math.pi))
    return x / 2 * (1 + np.tanh(root * (x + x.dtype.type(0.044715) * x * x * x)))


FORMS = {
    "exp": {"np.exp": np.exp},
    "log": {"np.log": np.log},
    "tanh": {"np.tanh": np.tanh},
    "erf": {"scipy.special.erf": _erf},
    "sigmoid": {"1 / (1 + exp(-x))": _sigmoid},
    "silu": {"x · sigmoid(x)": lambda x: x * _sigmoid(x), "x / (1 + exp(-x))": lambda x: x / (1 + np.exp(-x))},
    "gelu": {"x/2 · (1 + erf(x/√2))": lambda x: x / 2 * (1 + _erf(x / x.dtype.type(math.sqrt(2))))},
    "gelu-tanh": {"x/2 · (1 + tanh(…))": _gelu_tanh},
    "softplus": {"np.logaddexp": lambda x: np.logaddexp(x, x.dtype.type(0))},
    "sqrt": {"np.sqrt": np.sqrt},
    "rsqrt": {"1 / np.sqrt": lambda x: 1 / np.sqrt(x)},
    "divide": {"x / y": np.divide},
    "softmax": {"exp and sum": _softmax},
    "attention": {},
    "sum": {"np.sum": lambda x: np.sum(x, axis=-1), "columns": lambda x: np.sum(np.ascontiguousarray(x.T), axis=0)},
    "dot": {
        "np.einsum": lambda x, y: np.einsum("rn,rn->r", x, y),
        "np.dot": lambda x, y: np.array([np.dot(a, b) for a, b in zip(x, y)]),
    },
    "matmul": {"@": lambda x, y: x @ y},
    "multiply": {"x * y": np.multiply},
    "add": {"x + y": np.add},
    "weight": {"x * y": np.multiply},
    "divisor": {"x / y": np.divide},
}


def operation(name, kind):
    return FORMS[name]
