"""Small decoders around one operator: made, run by the oracles, and written to a folder.

A decoder reads `tokens`, int64 [1, length], of which the first is the digit a and the second the digit b, and gives one row of
logits: the elements of the operator's output, and ten zeros, so that there are at least ten tokens.
"""

import dataclasses
import warnings

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

# The values of a digit.
DIGITS = 10


@dataclasses.dataclass
class By:
    """A row of a table, chosen by the token `a` or `b`."""

    token: str
    table: np.ndarray


@dataclasses.dataclass
class Made:
    """What `op` makes of two inputs: a number that depends on tokens in other ways than a table."""

    op: str
    left: object
    right: object


@dataclasses.dataclass
class Case:
    """One variant of an operator."""

    op: str
    name: str
    inputs: list
    opset: int = 18
    attributes: dict = dataclasses.field(default_factory=dict)
    domain: str = ""
    # How many outputs the node has, and which of them is looked at.
    outputs: int = 1
    take: int = 0
    # How far from an oracle is near: units in the last place, and absolutely.
    ulps: float = 0.0
    absolute: float = 0.0
    # Whether -0 is another number than 0.
    signed: bool = False
    # Whether ten zeros stand behind the output. Without them it has ten elements of its own.
    padded: bool = True
    # Other nodes than one of `op`: functions of the names of the inputs and of the output.
    nodes: object = None
    # Whether infinity and NaN are stored in the file. Otherwise the graph makes them, by dividing by zero.
    stored: bool = False


class Builder:
    def __init__(self, case, rows):
        self.case, self.rows = case, rows
        self.nodes, self.stored, self.imports = [], [], [helper.make_opsetid("", case.opset)]
        if case.domain:
            self.imports.append(helper.make_opsetid(case.domain, 1))

    def store(self, name, array):
        self.stored.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], output, **attributes))
        return output

    def token(self, token):
        name = "token_" + token
        if not any(node.name == name for node in self.nodes):
            if not any(node.name == "flat" for node in self.nodes):
                self.node("Reshape", ["tokens", self.store("all", np.array([-1]))], "flat")
            self.node("Gather", ["flat", self.store("place_" + token, np.array("ab".index(token)))], name)
        return name

    def input(self, name, value):
        """The name of the tensor that `value` describes."""
        if value is None:
            return ""
        table = value.table if isinstance(value, By) else value
        if self.made(table):
            above, below = parts(table)
            if isinstance(value, By):
                above, below = By(value.token, above), By(value.token, below)
            return self.input(name, Made("Div", above, below))
        if isinstance(value, By):
            # One row for each token of the vocabulary, of which the digits are the first ten.
            rows = np.resize(np.arange(len(value.table)), self.rows)
            table = self.store(name + "_table", value.table[rows])
            return self.node("Gather", [table, self.token(value.token)], name)
        if isinstance(value, Made):
            sides = [self.input(name + side, part) for side, part in (("_l", value.left), ("_r", value.right))]
            return self.node(value.op, sides, name)
        return self.store(name, value)

    def made(self, array):
        """Whether an array holds what no file may: infinity and NaN. A mask of -inf is stored."""
        if self.case.stored or self.case.opset < 7 or not isinstance(array, np.ndarray) or array.dtype.kind != "f":
            return False
        return bool((np.isnan(array) | (array == np.inf)).any())

    def model(self, logits):
        """The graph; `logits` is the type of the output of the operator, or None where nothing is known of it yet."""
        case = self.case
        names = [self.input(f"x{index}", value) for index, value in enumerate(case.inputs)]
        if case.nodes:
            self.nodes.extend(case.nodes(names, "y"))
        else:
            outputs = ["y" if index == case.take else f"other{index}" for index in range(case.outputs)]
            kind = {"domain": case.domain} if case.domain else {}
            self.nodes.append(helper.make_node(case.op, names, outputs, "tested", **kind, **case.attributes))
        if logits is None:
            return self.proto("y", 0)
        kind = TensorProto.DOUBLE if logits in ("float64", "int64", "int32") else TensorProto.FLOAT
        found = "y"
        if logits not in ("float32", "float64"):
            found = self.node("Cast", [found], "number", to=kind)
        if case.padded:
            flat = self.node("Reshape", [found, self.store("list", np.array([-1]))], "elements")
            zeros = np.zeros(DIGITS, np.float64 if kind == TensorProto.DOUBLE else np.float32)
            found = self.node("Concat", [flat, self.store("zeros", zeros)], "row", axis=0)
        self.node("Reshape", [found, self.store("one_row", np.array([1, -1]))], "logits")
        return self.proto("logits", kind)

    def proto(self, output, kind):
        tokens = helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "length"])
        last = helper.make_tensor_value_info(output, kind, None)
        if not kind:
            last = onnx.ValueInfoProto(name=output)
        graph = helper.make_graph(self.nodes, "variant", [tokens], [last], self.stored)
        model = helper.make_model(graph, opset_imports=self.imports)
        model.ir_version = min(helper.find_min_ir_version_for(self.imports, ignore_unknown=True), 13)
        return model


def parts(array):
    """Two arrays of finite numbers whose quotient is `array`."""
    finite = np.isfinite(array)
    above = np.where(finite, array, np.where(np.isnan(array), 0, np.sign(array)))
    return above.astype(array.dtype), finite.astype(array.dtype)


def tokens_of(case):
    """Which tokens the graph of `case` reads: "", "a", "b" or "ab"."""
    found, open_ = set(), list(case.inputs)
    while open_:
        value = open_.pop()
        if isinstance(value, By):
            found.add(value.token)
        elif isinstance(value, Made):
            open_ += [value.left, value.right]
    return "".join(sorted(found))


def pairs(read):
    """The pairs of digits that tell everything of a graph that reads these tokens."""
    first = range(DIGITS) if "a" in read else [0]
    second = range(DIGITS) if "b" in read else [0]
    return [(a, b) for a in first for b in second]


def in_onnx_runtime(model):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda tokens: session.run(None, {"tokens": tokens})[0]


def in_reference(model):
    session = ReferenceEvaluator(model)
    return lambda tokens: session.run(None, {"tokens": tokens})[0]


ORACLES = {"onnxruntime": in_onnx_runtime, "reference": in_reference}


def outputs(model, oracle, read):
    """What an oracle gives for each pair; or why it gives nothing."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            run = ORACLES[oracle](model)
            found = [np.asarray(run(np.array([pair], np.int64))) for pair in pairs(read)]
    except Exception as error:  # What an oracle cannot run it says in its own ways.
        return None, f"{type(error).__name__}: {error}".replace("\n", " ")[:300]
    shapes = {array.shape for array in found}
    if len(shapes) != 1:
        return None, f"shapes {shapes}"
    return np.stack(found), None


def bare(case):
    """The shape and the type of the operator's own output."""
    reasons = []
    model = Builder(case, DIGITS).model(None)
    domain = {entry.domain for entry in model.opset_import}
    for oracle in ORACLES:
        if oracle == "onnxruntime":
            # ONNX Runtime finds the type of an output that does not say it.
            found, why = first_of(model, oracle)
        else:
            found, why = first_of(model, oracle) if domain == {""} else (None, "an extension")
        if found is not None:
            return found, reasons
        reasons.append(f"{oracle}: {why}")
    return None, reasons


def first_of(model, oracle):
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return np.asarray(ORACLES[oracle](model)(np.array([[0, 0]], np.int64))), None
    except Exception as error:  # As above.
        return None, f"{type(error).__name__}: {error}".replace("\n", " ")[:300]


def made(case):
    """The model of `case`, the type of its logits, and what each oracle gives; or why there is none."""
    found, why = bare(case)
    if found is None:
        return None, why
    size = found.size + (DIGITS if case.padded else 0)
    if not case.padded and size < DIGITS:
        return None, [f"{size} logits"]
    kind = str(found.dtype)
    model = Builder(case, size).model(kind)
    read = tokens_of(case)
    results, reasons = {}, []
    for oracle in ORACLES:
        array, why = outputs(model, oracle, read)
        if array is None:
            reasons.append(f"{oracle}: {why}")
        else:
            results[oracle] = array.astype(np.float64).reshape(len(pairs(read)), -1)
    sizes = {array.shape for array in results.values()}
    if len(sizes) > 1:
        return None, [f"the oracles give the shapes {sizes}"]
    if not results:
        return None, reasons
    return (model, "f64" if kind in ("float64", "int64", "int32") else "f32", read, results), reasons
