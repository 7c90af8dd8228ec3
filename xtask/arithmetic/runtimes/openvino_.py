"""OpenVINO on the processor, told to compute in f32. It computes f64 in f32."""

import numpy as np
import openvino
from openvino import opset15 as ops

NAME = "OpenVINO"
CONFIG = {"INFERENCE_PRECISION_HINT": "f32"}


def versions():
    return {"openvino": openvino.__version__.split("-")[0]}


def _compile(make, config, inputs, constant=None):
    """A model of one operation; inputs are (name, shape)."""
    core = openvino.Core()
    core.set_property({"CACHE_DIR": ""})
    parameters = [ops.parameter(shape, np.float32, name=name) for name, shape in inputs]
    result = make(*parameters, *([] if constant is None else [ops.constant(constant)]))
    compiled = core.compile_model(openvino.Model([result], parameters, "one"), "CPU", {**config, "INFERENCE_NUM_THREADS": 1})
    # The result's buffer is used again by the next call.
    return lambda *arrays: np.array(compiled(list(arrays))[0])


def _attention(run):
    """Queries of (1, 0, …), keys of (score, 0, …), values of the identity."""

    def weights(scores):
        rows, n = scores.shape
        query = np.zeros((rows, 1, 1, n), np.float32)
        query[..., 0] = 1
        key = np.zeros((rows, 1, n, n), np.float32)
        key[:, 0, :, 0] = scores
        value = np.broadcast_to(np.eye(n, dtype=np.float32), (rows, 1, n, n)).copy()
        return run(query, key, value)[:, 0, 0]

    return weights


def _last(function):
    return lambda x: function(x, ops.constant(np.array([-1], np.int64)), False)


MAKE = {
    "exp": {"Exp": ops.exp},
    "log": {"Log": ops.log},
    "tanh": {"Tanh": ops.tanh},
    "erf": {"Erf": ops.erf},
    "sigmoid": {"Sigmoid": ops.sigmoid},
    "silu": {"Swish": ops.swish, "x · Sigmoid(x)": lambda x: ops.multiply(x, ops.sigmoid(x))},
    "gelu": {"Gelu": lambda x: ops.gelu(x, "erf")},
    "gelu-tanh": {"Gelu": lambda x: ops.gelu(x, "tanh")},
    "softplus": {"SoftPlus": ops.softplus},
    "sqrt": {"Sqrt": ops.sqrt},
    "rsqrt": {"Divide(1, Sqrt)": lambda x: ops.divide(ops.constant(np.float32(1)), ops.sqrt(x))},
    "divide": {"Divide": ops.divide},
    "softmax": {"Softmax": lambda x: ops.softmax(x, -1)},
    "attention": {
        "ScaledDotProductAttention": lambda q, k, v: ops.scaled_dot_product_attention(
            q, k, v, ops.constant(np.zeros((1, 1), np.float32)), ops.constant(np.float32(1))
        )
    },
    "sum": {"ReduceSum": _last(ops.reduce_sum)},
    "dot": {"ReduceSum(Multiply)": lambda x, y: _last(ops.reduce_sum)(ops.multiply(x, y))},
    "matmul": {"MatMul": lambda x, y: ops.matmul(x, y, False, False)},
    "multiply": {"Multiply": ops.multiply},
    "add": {"Add": ops.add},
}


def operation(name, kind, config=None):
    config = CONFIG if config is None else config
    if kind == "f64":
        return {}
    if name in ("weight", "divisor"):
        make = {"weight": ops.multiply, "divisor": ops.divide}[name]
        return {name: lambda x, constant: _compile(make, config, [("x", [-1])], constant)(x)}
    forms = {}
    rank = {"softmax": 2, "sum": 2, "dot": 2, "matmul": 2, "attention": 4}.get(name, 1)
    inputs = {"divide": 2, "dot": 2, "matmul": 2, "multiply": 2, "add": 2, "attention": 3}.get(name, 1)
    for form, make in MAKE[name].items():
        shapes = [(f"input{index}", [-1] * rank) for index in range(inputs)]
        run = _compile(make, config, shapes)
        forms[form] = _attention(run) if name == "attention" else run
    return forms
