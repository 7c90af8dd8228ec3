"""Operators on integers and truth values, comparisons, choices and casts."""

import numpy as np
from onnx import TensorProto, helper

from graphs import By, Case, Made

from .values import FLOATS, INF, INTS, NAN, ends, floats, ints, short

KINDS = {np.float32: TensorProto.FLOAT, np.float64: TensorProto.DOUBLE, np.int64: TensorProto.INT64,
         np.int32: TensorProto.INT32, np.int16: TensorProto.INT16, np.int8: TensorProto.INT8,
         np.uint8: TensorProto.UINT8, np.bool_: TensorProto.BOOL}
TRUTHS = np.array([1, 0, 1, 1, 0, 0, 1, 0, 0, 1], np.bool_)


def one(op, opset, kinds=INTS, lists=(ints, ends), **attributes):
    found = []
    for kind in kinds:
        for values in lists:
            x = values(kind)
            mark = f"{short(kind)}.{opset}.{values.__name__}"
            found.append(Case(op, mark + ".c", [x], opset=opset, attributes=attributes))
            found.append(Case(op, mark + ".a", [By("a", x)], opset=opset, attributes=attributes))
    return found


def two(op, opset, kinds=INTS, lists=((ints, ints), (ends, ends)), **attributes):
    found = []
    for kind in kinds:
        for left, right in lists:
            x, y = left(kind), right(kind)
            mark = f"{short(kind)}.{opset}.{left.__name__}{''.join(str(v) for v in attributes.values())}"
            more = dict(opset=opset, attributes=attributes)
            found.append(Case(op, mark + ".cc", [x[:, None], y[None, :]], **more))
            found.append(Case(op, mark + ".ac", [By("a", x), y], **more))
            found.append(Case(op, mark + ".ca", [x, By("a", y)], **more))
            found.append(Case(op, mark + ".aa", [By("a", x), By("a", y)], **more))
        if kind == np.int64:
            found.append(Case(op, mark + ".ab", [By("a", x), By("b", y)], **more))
    return found


def divisors(kind):
    """Nothing divides by zero here, nor the least integer by -1: what hardware does then no standard says."""
    return np.array([1, 2, 3, 7, 10] + ([-2, -3, -7, -10, 4] if np.iinfo(kind).min < 0 else [5, 6, 8, 9, 255]), kind)


def powers(kind):
    return np.array([0, 1, 2, 3, 0, 1, 2, 3, 2, 1], kind)


def bases(kind):
    return np.array([0, 1, 2, 3, 5] + ([-1, -2, -3, -5, 4] if np.iinfo(kind).min < 0 else [1, 4, 6, 2, 3]), kind)


def arithmetic():
    found = one("Neg", 13, [np.int64, np.int32, np.int16, np.int8]) + one("Abs", 13) + one("Sign", 13)
    found += one("Relu", 14, [np.int64, np.int32, np.int16, np.int8])
    for op in ["Add", "Sub", "Mul"]:
        found += two(op, 14)
    found += two("Div", 14, INTS, [(ints, divisors), (ends, divisors)])
    found += two("Mod", 13, INTS, [(ints, divisors)]) + two("Mod", 13, INTS, [(ints, divisors)], fmod=1)
    found += two("Min", 13, INTS) + two("Max", 13, INTS)
    found += two("Pow", 15, [np.int64, np.int32], [(bases, powers)])
    for kind in [np.int64, np.int32]:
        found.append(Case("Pow", f"{short(kind)}.15.float", [By("a", bases(kind)), np.array(2.0, np.float32)], opset=15))
        found.append(Case("Pow", f"{short(kind)}.15.half", [By("a", np.abs(bases(kind))), np.array(0.5, np.float32)], opset=15))
    for kind in INTS:
        for name, low, high in [("both", 1, 3), ("low", 2, None), ("high", None, 2), ("crossed", 3, 1)]:
            for values in [ints, ends]:
                limits = [None if limit is None else np.array(limit, kind) for limit in (low, high)]
                for mode, x in [("c", values(kind)), ("a", By("a", values(kind)))]:
                    found.append(Case("Clip", f"{short(kind)}.13.{values.__name__}.{name}.{mode}", [x, *limits], opset=13))
    return found


def logic():
    truths = lambda kind: TRUTHS  # noqa: E731 - the name of the list is part of the variant's
    truths.__name__ = "truths"
    found = one("Not", 1 + 6, [np.bool_], [truths])
    for op in ["And", "Or", "Xor"]:
        found += two(op, 7, [np.bool_], [(truths, truths)])
        found.append(Case(op, "bool.7.ab", [By("a", TRUTHS), By("b", TRUTHS)], opset=7))
    found += one("BitwiseNot", 18)
    for op in ["BitwiseAnd", "BitwiseOr", "BitwiseXor"]:
        found += two(op, 18, INTS if op != "BitwiseXor" else [np.int64])
    for op, opset in [("Equal", 13), ("Less", 13), ("LessOrEqual", 16), ("Greater", 13), ("GreaterOrEqual", 16)]:
        found += two(op, opset, INTS, [(ints, ints)])
        for kind in FLOATS:
            for value in ["plain", "ties", "huge", "wild", "hidden"]:
                x = floats(value, kind)
                mark = f"{short(kind)}.{opset}.{value}"
                more = dict(opset=opset)
                found.append(Case(op, mark + ".cc", [x[:, None], x[None, :]], **more))
                found.append(Case(op, mark + ".ac", [By("a", x), x], **more))
                found.append(Case(op, mark + ".ca", [x, By("a", x)], **more))
                found.append(Case(op, mark + ".ab", [By("a", x), By("b", x)], **more))
    found += two("Equal", 11, [np.bool_], [(truths, truths)]) + two("Equal", 7, [np.int64], [(ints, ints)])
    found += two("Less", 9, [np.int64], [(ints, ints)]) + two("Greater", 7, [np.int64], [(ints, ints)])
    return found


def choices():
    found = []
    for kind in [*FLOATS, *INTS, np.bool_]:
        for opset in [9, 16]:
            if kind == np.bool_:
                lists = {"truths": (TRUTHS, ~TRUTHS)}
            elif kind in INTS:
                lists = {"ints": (ints(kind), ends(kind))}
            else:
                lists = {value: (floats(value, kind), floats("other", kind)) for value in ["plain", "wild", "hidden"]}
                lists["both"] = (floats("wild", kind), floats("wild", kind)[::-1])
            if opset == 9 and kind not in (np.float32, np.int64):
                continue
            for value, (x, y) in lists.items():
                mark = f"{short(kind)}.{opset}.{value}"
                more = dict(opset=opset)
                found.append(Case("Where", mark + ".ccc", [TRUTHS, x, y], **more))
                found.append(Case("Where", mark + ".cac", [TRUTHS[:2], By("a", x), y[:2]], **more))
                found.append(Case("Where", mark + ".acc", [By("a", TRUTHS), x, y], **more))
                found.append(Case("Where", mark + ".aab", [By("a", TRUTHS), By("a", x), By("b", y)], **more))
                found.append(Case("Where", mark + ".abc", [By("a", TRUTHS), By("b", x), y], **more))
                found.append(Case("Where", mark + ".abb", [By("a", TRUTHS), By("b", x), By("b", y)], **more))
    for kind in FLOATS:
        quotient = Made("Div", By("b", floats("over", kind)), By("b", floats("under", kind)))
        found.append(Case("Where", f"{short(kind)}.16.quotient", [By("a", TRUTHS), quotient, np.array(2.0, kind)], opset=16))
        found.append(Case("Where", f"{short(kind)}.16.else", [By("a", TRUTHS), np.array(2.0, kind), quotient], opset=16))
    return found


def casts():
    found = []
    fit = {np.int64: 2.0**40, np.int32: 2.0**20, np.int16: 2.0**10, np.int8: 100.0, np.uint8: 100.0, np.bool_: 3.0}
    for to, code in KINDS.items():
        given = {"to": code}
        for kind in FLOATS:
            # Only what the type can hold: the rest ONNX leaves open.
            for value in ["plain", "ties"] + (["huge", "wild"] if to in FLOATS or to == np.bool_ else []):
                x = floats(value, kind)
                if to == np.uint8:
                    x = np.abs(x)
                for mode, tensor in [("c", x), ("a", By("a", x))]:
                    found.append(Case("Cast", f"{short(kind)}.{short(to)}.13.{value}.{mode}", [tensor], opset=13,
                                      attributes=given))
            if to in fit:
                x = np.array([fit[to] - 0.5, 0.99, 1.0 - 2.0**-20, 2.0, 2.999], kind)
                found.append(Case("Cast", f"{short(kind)}.{short(to)}.19.large.c", [x], opset=19, attributes=given))
            left, right = By("a", floats("plain", kind)), By("b", floats("plain", kind))
            if to != np.uint8:
                found.append(Case("Cast", f"{short(kind)}.{short(to)}.13.sum", [Made("Add", left, right)], opset=13,
                                  attributes=given))
            odd = np.array([300.7, -300.2, 1e10, -1e10, 1e20, NAN, INF, -INF, 128.0, -129.0], kind)
            if to not in FLOATS:
                found.append(Case("Cast", f"{short(kind)}.{short(to)}.13.beyond", [By("a", odd)], opset=13, attributes=given))
        for kind in INTS:
            for values in [ints, ends]:
                for mode, tensor in [("c", values(kind)), ("a", By("a", values(kind)))]:
                    found.append(Case("Cast", f"{short(kind)}.{short(to)}.13.{values.__name__}.{mode}", [tensor], opset=13,
                                      attributes=given))
        for mode, tensor in [("c", TRUTHS), ("a", By("a", TRUTHS))]:
            found.append(Case("Cast", f"bool.{short(to)}.13.truths.{mode}", [tensor], opset=13, attributes=given))
        found.append(Case("CastLike", f"f32.{short(to)}.15", [By("a", np.abs(floats("plain", np.float32))), np.zeros(2, to)],
                          opset=15))
        found.append(Case("CastLike", f"i64.{short(to)}.19", [By("a", ints(np.int64)), np.zeros(2, to)], opset=19))
        found.append(Case("Cast", f"f64.{short(to)}.9", [np.abs(floats("plain", np.float64))], opset=9, attributes=given))
    for saturate in [0, 1]:
        found.append(Case("Cast", f"f32.i32.19.saturate{saturate}", [By("a", floats("plain", np.float32))], opset=19,
                          attributes={"to": TensorProto.INT32, "saturate": saturate}))
    # Rounded once and twice: f64, f32, f64.
    for value in ["plain", "huge"]:
        x = floats(value, np.float64)

        def nodes(names, output):
            return [helper.make_node("Cast", names, ["narrow"], "tested", to=TensorProto.FLOAT),
                    helper.make_node("Cast", ["narrow"], [output], "back", to=TensorProto.DOUBLE)]

        found.append(Case("Cast", f"f64.f32.f64.{value}.c", [x], opset=13, nodes=nodes))
        found.append(Case("Cast", f"f64.f32.f64.{value}.a", [By("a", x)], opset=13, nodes=nodes))
        found.append(Case("Cast", f"f64.f32.f64.{value}.ab",
                          [Made("Mul", By("a", x), By("b", floats("other", np.float64)))], opset=13, nodes=nodes))
    return found


def cases():
    return arithmetic() + logic() + choices() + casts()
