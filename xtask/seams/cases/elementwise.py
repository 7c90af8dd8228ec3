"""Operators on floats, element by element."""

import numpy as np

from graphs import By, Case, Made

from .values import FLOATS, NAN, INF, floats, short

# Units in the last place of f32 and of f64 within which a function is near, and an absolute distance in units of 1.
# Functions are rounded once here; ONNX Runtime and NumPy are not that good.
NEAR = {
    "Exp": (4, 4, 0), "Log": (4, 4, 1), "Erf": (4, 4, 4), "Tanh": (4, 4, 4), "Sigmoid": (6, 6, 8), "Gelu": (6, 6, 16),
    "Sin": (4, 4, 8), "Cos": (4, 4, 8), "Tan": (6, 6, 2), "Swish": (8, 8, 256), "Pow": (4, 4, 0), "HardSwish": (4, 4, 8),
    "HardSigmoid": (2, 2, 2), "Softplus": (6, 6, 4), "Mish": (10, 10, 16), "Elu": (4, 4, 4), "Selu": (6, 6, 8),
    "Celu": (6, 6, 8), "Mean": (2, 2, 4), "Sum": (2, 2, 16), "Softsign": (2, 2, 2),
}


def near(op, dtype):
    single, double, units = NEAR.get(op, (0, 0, 0))
    # The functions by which the standard defines these have constants of f32 whatever the type; the reference's Erf is of f32.
    single_constants = op in ("Gelu", "HardSwish", "HardSigmoid", "Erf")
    unit = float(np.finfo(np.float32 if single_constants else dtype).eps) / 2
    return {"ulps": single if dtype == np.float32 else double, "absolute": units * unit}


def one(op, opset, dtype=None, values=("plain", "ties", "huge", "wild", "hidden"), name="", signed=False, **attributes):
    """One input: constant, chosen by a token, a sum of two tokens' numbers, a quotient of them."""
    found = []
    for kind in [dtype] if dtype else FLOATS:
        mark = f"{short(kind)}{name}.{opset}"
        more = dict(opset=opset, attributes=attributes, signed=signed, **near(op, kind))
        for value in values:
            if value == "wild" and opset < 7:
                continue
            x = floats(value, kind)
            found.append(Case(op, f"{mark}.{value}.c", [x], **more))
            found.append(Case(op, f"{mark}.{value}.a", [By("a", x)], **more))
        if opset < 7:
            # Where a sum of two tensors is another operator still.
            continue
        left, right = By("a", floats("plain", kind)), By("b", floats("other", kind))
        found.append(Case(op, f"{mark}.sum", [Made("Add", left, right)], **more))
        if "wild" in values:
            over, under = By("a", floats("over", kind)), By("a", floats("under", kind))
            found.append(Case(op, f"{mark}.quotient", [Made("Div", over, under)], **more))
    return found


def two(op, opset, dtype=None, values=("plain", "ties", "huge", "wild", "hidden"), name="", **attributes):
    """Two inputs, each constant or chosen by a token, and one that is computed."""
    found = []
    for kind in [dtype] if dtype else FLOATS:
        mark = f"{short(kind)}{name}.{opset}"
        more = dict(opset=opset, attributes=attributes, **near(op, kind))
        for value in values:
            x = floats(value, kind)
            y = floats("other" if value == "plain" else value, kind)
            found.append(Case(op, f"{mark}.{value}.cc", [x[:, None], y[None, :]], **more))
            found.append(Case(op, f"{mark}.{value}.ab", [By("a", x), By("b", y)], **more))
            found.append(Case(op, f"{mark}.{value}.ac", [By("a", x), y], **more))
            found.append(Case(op, f"{mark}.{value}.ca", [x, By("b", y)], **more))
        over, under = By("a", floats("over", kind)), By("a", floats("under", kind))
        quotient = Made("Div", over, under)
        y = floats("ties", kind)
        if "wild" in values:
            found.append(Case(op, f"{mark}.quotient.c", [quotient, y], **more))
            found.append(Case(op, f"{mark}.c.quotient", [y, quotient], **more))
            found.append(Case(op, f"{mark}.quotient.b", [quotient, By("b", y)], **more))
    return found


def functions():
    found = []
    for op, opset in [("Neg", 13), ("Abs", 13), ("Sign", 13), ("Sqrt", 13), ("Reciprocal", 13), ("Exp", 13),
                      ("Log", 13), ("Erf", 13), ("Tanh", 13), ("Sigmoid", 13), ("Relu", 14), ("Floor", 13),
                      ("Ceil", 13), ("Round", 22), ("Softplus", 22), ("Mish", 22), ("Elu", 22)]:
        found += one(op, opset, signed=op in ("Neg", "Floor", "Ceil", "Round", "Sqrt", "Reciprocal"))
    for op, opset in [("Neg", 6), ("Exp", 6), ("Relu", 6), ("Relu", 13), ("Sigmoid", 6), ("Tanh", 6), ("Sqrt", 6),
                      ("Round", 11), ("Erf", 9), ("Floor", 6), ("Sign", 9), ("Mish", 18), ("Softplus", 1)]:
        found += one(op, max(opset, 6), np.float32, ("plain", "wild"))
    for op in ["Sin", "Cos", "Tan"]:
        found += one(op, 7, None, ("plain", "ties", "wild")) + one(op, 22, np.float32, ("plain",))
    for approximate in ["none", "tanh"]:
        found += one("Gelu", 20, name="." + approximate, approximate=approximate)
    for alpha in [None, 0.3, 1.5, -0.2, 0.0]:
        given = {} if alpha is None else {"alpha": alpha}
        found += one("LeakyRelu", 16, np.float32 if given else None, name=f".{alpha}", **given)
    found += one("LeakyRelu", 6, np.float32, ("plain", "wild"))
    for given in [{}, {"alpha": 0.5, "beta": 0.1}, {"alpha": -0.3, "beta": 0.7}]:
        found += one("HardSigmoid", 22, np.float32 if given else None, ("plain", "ties", "wild"),
                     f".{len(given)}{given.get('alpha', '')}", **given)
    found += one("HardSwish", 14, np.float32, ("plain", "ties", "wild")) + one("HardSwish", 22, np.float64, ("plain",))
    for alpha in [None, 1.702, 0.5]:
        given = {} if alpha is None else {"alpha": alpha}
        found += one("Swish", 24, np.float32, name=f".{alpha}", **given)
    for alpha in [None, 2.0, 0.0]:
        given = {} if alpha is None else {"alpha": alpha}
        found += one("ThresholdedRelu", 10, np.float32, name=f".{alpha}", **given)
    for alpha in [0.3, 2.0]:
        found += one("Elu", 6, np.float32, ("plain", "wild"), f".{alpha}", alpha=alpha)
    for op, opset in [("Selu", 6), ("Celu", 12), ("Softsign", 1)]:
        found += one(op, max(opset, 6), np.float32, ("plain",))
    return found


def tests():
    """IsNaN, IsInf with its flags, and Clip, PRelu, which have further inputs."""
    found = one("IsNaN", 13, None, ("plain", "wild")) + one("IsInf", 10, None, ("plain", "wild"))
    for flags in [(0, 1), (1, 0), (0, 0)]:
        given = {"detect_negative": flags[0], "detect_positive": flags[1]}
        found += one("IsInf", 20, np.float32, ("wild",), f".{flags[0]}{flags[1]}", **given)
    for kind in FLOATS:
        for value in ["plain", "ties", "huge", "wild", "hidden"]:
            x = floats(value, kind)
            inputs = {"c": x, "a": By("a", x)}
            for mode, given in inputs.items():
                for name, low, high in [("both", -1.0, 2.0), ("low", 0.5, None), ("high", None, 0.5),
                                        ("none", None, None), ("crossed", 2.0, -1.0), ("wild", NAN, INF)]:
                    if name in ("none", "crossed", "wild") and value in ("ties", "huge", "hidden"):
                        continue
                    limits = [None if limit is None else np.array(limit, kind) for limit in (low, high)]
                    mark = f"{short(kind)}.13.{value}.{name}.{mode}"
                    found.append(Case("Clip", mark, [given, *limits], opset=13))
    for kind in FLOATS:
        over, under = By("a", floats("over", kind)), By("a", floats("under", kind))
        limits = [np.array(-1.0, kind), np.array(2.0, kind)]
        found.append(Case("Clip", f"{short(kind)}.13.quotient", [Made("Div", over, under), *limits], opset=13))
        found.append(Case("Clip", f"{short(kind)}.13.limit",
                          [floats("ties", kind), By("a", np.array(kind(0.25)).repeat(10)), By("b", np.abs(floats("other", kind)))],
                          opset=13))
    for given in [{"min": -1.0, "max": 2.0}, {"min": 0.5}, {"max": 0.5}, {}]:
        found += one("Clip", 6, np.float32, ("plain", "wild"), f".{len(given)}{'max' in given}", **given)
    slopes = {"number": [0.25], "negative": [-0.5], "large": [1.5], "list": [0.1, 0.5, -1.0, 2.0, 0.0, 1.0, -2.0, 0.3, 0.7, 9.0]}
    for kind in FLOATS:
        for name, slope in slopes.items():
            slope = np.array(slope, kind)
            for value in ["plain", "wild"]:
                x = floats(value, kind)
                found.append(Case("PRelu", f"{short(kind)}.16.{value}.{name}.c", [x, slope], opset=16))
                if name != "list":
                    found.append(Case("PRelu", f"{short(kind)}.16.{value}.{name}.a",
                                      [By("a", x[:, None]), slope], opset=16))
    return found


def arithmetic():
    found = []
    for op, opset in [("Add", 14), ("Sub", 14), ("Mul", 14), ("Div", 14), ("Min", 13), ("Max", 13)]:
        found += two(op, opset) + two(op, 7, np.float32, ("plain",))
    for op, opset in [("Min", 8), ("Max", 12), ("Max", 6), ("Min", 6)]:
        found += two(op, opset, np.float32, ("plain",) if opset < 7 else ("plain", "wild"))
    for op in ["Sum", "Mean"]:
        found += two(op, 13, None, ("plain", "wild"))
        for kind in FLOATS:
            x, y, z = floats("plain", kind), floats("other", kind), floats("ties", kind)
            found.append(Case(op, f"{short(kind)}.13.three", [By("a", x), By("b", y), z], opset=13, **near(op, kind)))
            found.append(Case(op, f"{short(kind)}.13.single", [By("a", x)], opset=13))
    for op in ["Max", "Min"]:
        for kind in FLOATS:
            x, y, z = floats("plain", kind), floats("wild", kind), floats("ties", kind)
            found.append(Case(op, f"{short(kind)}.13.three", [By("a", x), By("b", y), z], opset=13))
            found.append(Case(op, f"{short(kind)}.13.single", [By("a", y)], opset=13))
    # Without `fmod` floats are not allowed.
    found += two("Mod", 13, None, ("plain", "ties", "wild"), fmod=1)
    for kind in FLOATS:
        x = floats("plain", kind)
        for power in [2.0, 3.0, 0.5, -1.0, -2.0, 0.0, 1.0, 4.0, 2.5, -0.5, 1 / 3]:
            for value in ["plain", "ties", "wild"]:
                x = floats(value, kind)
                more = dict(opset=15, **near("Pow", kind))
                found.append(Case("Pow", f"{short(kind)}.15.{value}.{power:.3}.a", [By("a", x), np.array(power, kind)], **more))
                if power in (2.0, 0.5, 2.5):
                    found.append(Case("Pow", f"{short(kind)}.15.{value}.{power:.3}.c", [x, np.array(power, kind)], **more))
        for whole in [np.int64, np.int32]:
            for power in [0, 1, 2, 3, -1]:
                more = dict(opset=15, **near("Pow", kind))
                for value in ["plain", "wild"]:
                    found.append(Case("Pow", f"{short(kind)}.15.{value}.{short(whole)}.{power}",
                                      [By("a", floats(value, kind)), np.array(power, whole)], **more))
        found += [case for case in two("Pow", 13, kind, ("plain", "wild")) if case.name.endswith(("cc", "ca", "ab"))]
        quotient = Made("Div", By("a", floats("over", kind)), By("a", floats("under", kind)))
        for power in [2.0, 0.5, 0.0, -1.0]:
            found.append(Case("Pow", f"{short(kind)}.15.quotient.{power}", [quotient, np.array(power, kind)],
                              opset=15, **near("Pow", kind)))
    # What is no number is not stored.
    for value in [NAN, INF, -INF]:
        x = np.array([1.0, value], np.float32)
        found.append(Case("Add", f"f32.13.stored.{value}", [x, x], opset=13, stored=True))
        found.append(Case("Add", f"f32.13.stored.{value}.a", [By("a", np.resize(x, 10)), x], opset=13, stored=True))
    # The attribute `broadcast` of opset 6, where the second input's axes begin at `axis`.
    x, y = np.arange(6, dtype=np.float32).reshape(2, 3) + 0.5, np.array([2.0, 5.0], np.float32)
    for op in ["Add", "Sub", "Mul", "Div"]:
        found.append(Case(op, "f32.6.axis", [x, y], opset=6, attributes={"broadcast": 1, "axis": 0}))
        found.append(Case(op, "f32.6.suffix", [x, np.array([2.0, 5.0, 7.0], np.float32)], opset=6, attributes={"broadcast": 1}))
        found.append(Case(op, "f32.6.same", [x, x], opset=6))
    return found


def cases():
    return functions() + tests() + arithmetic()
