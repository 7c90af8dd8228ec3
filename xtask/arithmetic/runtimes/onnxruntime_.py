"""ONNX Runtime on the processor, with its optimiser and without."""

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

NAME = "ONNX Runtime"
KIND = {"f32": TensorProto.FLOAT, "f64": TensorProto.DOUBLE}
TYPE = {"f32": np.float32, "f64": np.float64}
LEVELS = {
    "optimised": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
    "not optimised": onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL,
}


def versions():
    return {"onnxruntime": onnxruntime.__version__}


def _node(operator, inputs=("x",), output="y", **attributes):
    return helper.make_node(operator, list(inputs), [output], **attributes)


def _graphs(name, kind):
    """The graphs of an operation, `{form: (nodes, constants)}`."""
    number = TYPE[kind]
    one = {"exp": "Exp", "log": "Log", "tanh": "Tanh", "erf": "Erf", "sigmoid": "Sigmoid", "softplus": "Softplus", "sqrt": "Sqrt"}
    two = {"divide": "Div", "matmul": "MatMul", "multiply": "Mul", "add": "Add"}
    if name in one:
        return {one[name]: ([_node(one[name])], {})}
    if name in two:
        return {two[name]: ([_node(two[name], ("x", "w"))], {})}
    last = {"axes": np.array([-1], np.int64)}
    graphs = {
        "silu": {"x · Sigmoid(x)": ([_node("Sigmoid", output="s"), _node("Mul", ("x", "s"))], {}), "Swish": ([_node("Swish")], {})},
        "gelu": {
            "Gelu": ([_node("Gelu")], {}),
            "written out": (
                [
                    _node("Div", ("x", "root"), "z"),
                    _node("Erf", ("z",), "e"),
                    _node("Add", ("e", "one"), "a"),
                    _node("Mul", ("x", "a"), "b"),
                    _node("Mul", ("b", "half")),
                ],
                {"root": number(2**0.5), "one": number(1), "half": number(0.5)},
            ),
        },
        "gelu-tanh": {"Gelu": ([_node("Gelu", approximate="tanh")], {})},
        "rsqrt": {
            "Reciprocal(Sqrt)": ([_node("Sqrt", output="r"), _node("Reciprocal", ("r",))], {}),
            "1 / Sqrt": ([_node("Sqrt", output="r"), _node("Div", ("one", "r"))], {"one": number(1)}),
        },
        "softmax": {"Softmax": ([_node("Softmax")], {})},
        "attention": {"Attention": ([_node("Attention", ("q", "k", "v"), scale=1.0)], {})},
        "sum": {"ReduceSum": ([_node("ReduceSum", ("x", "axes"), keepdims=0)], last)},
        "dot": {
            "ReduceSum(Mul)": ([_node("Mul", ("x", "w"), "p"), _node("ReduceSum", ("p", "axes"), keepdims=0)], last)
        },
    }
    return graphs[name]


def _session(nodes, constants, kind, level, rank=None):
    names = [name for name in ("x", "w", "q", "k", "v") if any(name in node.input for node in nodes)]
    inputs = [helper.make_tensor_value_info(name, KIND[kind], rank and [None] * rank) for name in names if name not in constants]
    graph = helper.make_graph(
        nodes,
        "one",
        inputs,
        [helper.make_tensor_value_info("y", KIND[kind], None)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 24)], ir_version=11)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = LEVELS[level]
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = [value.name for value in session.get_inputs()]
    return lambda *arrays: session.run(None, dict(zip(names, arrays)))[0]


def _attention(session):
    """Queries of (1, 0, …), keys of (score, 0, …), values of the identity."""

    def run(scores):
        rows, n = scores.shape
        query = np.zeros((rows, 1, 1, n), scores.dtype)
        query[..., 0] = 1
        key = np.zeros((rows, 1, n, n), scores.dtype)
        key[:, 0, :, 0] = scores
        value = np.broadcast_to(np.eye(n, dtype=scores.dtype), (rows, 1, n, n)).copy()
        return session(query, key, value)[:, 0, 0]

    return run


def operation(name, kind):
    if name in ("weight", "divisor"):
        node = _node({"weight": "Mul", "divisor": "Div"}[name], ("x", "w"))
        return {
            level: lambda x, constant, level=level: _session([node], {"w": constant}, kind, level)(x) for level in LEVELS
        }
    forms = {}
    for form, (nodes, constants) in _graphs(name, kind).items():
        for level in LEVELS:
            try:
                session = _session(nodes, constants, kind, level, 4 if name == "attention" else None)
            except Exception as error:  # This build has no kernel for this type.
                print(f"{NAME}: no {form} in {kind}: {str(error).splitlines()[0][:120]}")
                continue
            forms[f"{form}, {level}"] = _attention(session) if name == "attention" else session
    return forms
