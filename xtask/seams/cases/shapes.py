"""Operators that make tensors, move their elements, cut them and put them together."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from graphs import By, Case

from .values import ints, rows

I = np.array


def table(shape, kind=np.float32, seed=1):
    """Ten tensors in which every element is another."""
    size = int(np.prod(shape, dtype=int))
    if kind == np.bool_:
        return (np.arange(10 * size).reshape(10, *shape) % 3 == seed % 3)
    return (np.arange(10 * size).reshape(10, *shape) % 120 + seed).astype(kind)


def each(op, name, shape, rest=(), opset=18, kinds=(np.float32,), **more):
    """A tensor of `shape`, constant and chosen by a token, with the inputs `rest` behind it."""
    found = []
    for kind in kinds:
        mark = f"{np.dtype(kind).name}.{opset}.{name}"
        x = table(shape, kind)
        found.append(Case(op, mark + ".c", [x[3], *rest], opset=opset, **more))
        found.append(Case(op, mark + ".a", [By("a", x), *rest], opset=opset, **more))
    return found


def attribute(**given):
    return {"attributes": given}


ANY = (np.float32, np.float64, np.int64, np.int32, np.int16, np.int8, np.uint8, np.bool_)


def sizes():
    found = []
    for shape in [(2, 3), (), (0, 4), (1, 2, 3, 4)]:
        found.append(Case("Shape", f"{shape}.13", [np.zeros(shape, np.float32)], opset=13))
        found.append(Case("Size", f"{shape}.13", [np.zeros(shape, np.float32)], opset=13))
    for start, end in [(1, None), (None, 2), (-2, None), (0, -1), (-9, 9), (3, 1), (1, 1), (2, 3)]:
        given = {name: value for name, value in [("start", start), ("end", end)] if value is not None}
        found.append(Case("Shape", f"{start}:{end}.15", [np.zeros((2, 3, 4), np.float32)], opset=15, attributes=given))
        found.append(Case("Shape", f"{start}:{end}.21", [By("a", table((2, 3, 4)))], opset=21, attributes=given))
    number = np.array([[1.5, -0.0], [np.inf, 2.0]], np.float32)
    for kind in ANY:
        stored = numpy_helper.from_array(table((2, 2), kind)[1])
        found.append(Case("Constant", f"{np.dtype(kind).name}.13", [], opset=13, **attribute(value=stored)))
        one = numpy_helper.from_array(table((1,), kind)[1])
        found.append(Case("ConstantOfShape", f"{np.dtype(kind).name}.9", [I([2, 3])], opset=9, **attribute(value=one)))
    found.append(Case("Constant", "tensor.7", [], opset=7, **attribute(value=numpy_helper.from_array(number))))
    for name, value in [("value_float", 1.25), ("value_floats", [1.25, -2.5]), ("value_int", -7), ("value_ints", [4, -5]),
                        ("value_ints", [2**40])]:
        found.append(Case("Constant", f"{name}.{value}.13", [], opset=13, **attribute(**{name: value})))
    for shape in [[], [0], [3], [2, 0, 2]]:
        found.append(Case("ConstantOfShape", f"{shape}.20", [I(shape, np.int64)], opset=20))
    for kind in [np.float32, np.float64, np.int64, np.int32, np.int16]:
        for start, limit, step in [(0, 5, 1), (5, 0, -1), (1, 10, 3), (3, 3, 1), (5, 1, 2), (-4, 4, 3), (0, -7, -2)]:
            given = [np.array(v, kind) for v in (start, limit, step)]
            found.append(Case("Range", f"{np.dtype(kind).name}.{start}.{limit}.{step}.11", given, opset=11))
    for kind in [np.float32, np.float64]:
        for start, limit, step in [(0, 1, 0.1), (1, 2, 0.3), (0.5, -0.5, -0.25), (0, 1, 1 / 3), (0.1, 0.7, 0.2)]:
            given = [np.array(v, kind) for v in (start, limit, step)]
            # ONNX Runtime adds the step up, NumPy rounds the first sum into the step.
            found.append(Case("Range", f"{np.dtype(kind).name}.{start}.{limit}.{step:.3}.11", given, opset=11, ulps=4,
                              absolute=float(np.finfo(kind).eps)))
    for kind in [np.float32, np.int64, np.int32, np.float64]:
        for k in [None, 0, 1, -1, 5]:
            given = {} if k is None else {"k": k}
            found.append(Case("EyeLike", f"{np.dtype(kind).name}.{k}.9", [np.zeros((3, 4), kind)], opset=9, attributes=given))
    for code in [TensorProto.FLOAT, TensorProto.INT64, TensorProto.DOUBLE, TensorProto.INT32, TensorProto.BOOL]:
        found.append(Case("EyeLike", f"as{code}.22", [np.zeros((2, 3), np.float32)], opset=22, **attribute(dtype=code)))
    return found


def movements():
    found = []
    for name, shape in [("plain", [3, 2]), ("open", [-1, 2]), ("kept", [0, -1]), ("more", [1, 2, 1, 3]), ("flat", [-1]), ("zeros", [0, 0])]:
        found += each("Reshape", name, (2, 3), [I(shape)], 14, ANY if name == "open" else (np.float32,))
        found += each("Reshape", name, (2, 3), [I(shape)], 5 + 1)
    found.append(Case("Reshape", "allowzero.14", [np.zeros((0, 3), np.float32), I([3, 0])], opset=14, **attribute(allowzero=1)))
    found.append(Case("Reshape", "allowzero.21", [np.zeros((2, 0), np.float32), I([0, 4])], opset=21, **attribute(allowzero=1)))
    found.append(Case("Reshape", "kept.empty.14", [np.zeros((0, 3), np.float32), I([0, 3])], opset=14))
    for axis in [None, 0, 1, 2, 3, -1, -2, -3]:
        given = {} if axis is None else {"axis": axis}
        found += each("Flatten", f"{axis}", (2, 3, 2), opset=13, attributes=given)
        if axis is None or axis >= 0:
            found += each("Flatten", f"{axis}", (2, 3, 2), opset=9, attributes=given)
    for axes in [None, [0], [2], [-1], [0, 2], [-3, 2]]:
        rest = [] if axes is None else [I(axes)]
        given = {} if axes is None else {"axes": axes}
        found += each("Squeeze", f"{axes}", (1, 3, 1), rest, 13, ANY if axes is None else (np.float32,))
        if axes is None or min(axes) >= 0:
            found += each("Squeeze", f"{axes}", (1, 3, 1), opset=7, attributes=given)
    for axes in [[0], [1], [-1], [0, 3], [-1, 0], [2, 1], [0, 1, 4]]:
        found += each("Unsqueeze", f"{axes}", (2, 3), [I(axes)], 13, ANY if axes == [0] else (np.float32,))
        if min(axes) >= 0:
            found += each("Unsqueeze", f"{axes}", (2, 3), opset=11, attributes={"axes": axes})
    for perm in [None, [0, 2, 1], [2, 0, 1], [1, 2, 0], [0, 1, 2]]:
        given = {} if perm is None else {"perm": perm}
        found += each("Transpose", f"{perm}", (2, 3, 2), opset=13, kinds=ANY if perm is None else (np.float32,), attributes=given)
    for name, shape, to in [("new", (3,), [2, 3]), ("one", (2, 1), [2, 3]), ("back", (2, 3), [1]), ("both", (2, 1), [1, 3]),
                            ("three", (2, 1), [2, 1, 3]), ("number", (), [2, 2])]:
        found += each("Expand", name, shape, [I(to)], 13, ANY if name == "both" else (np.float32,))
    for times in [[1, 1], [2, 1], [1, 3], [2, 2], [0, 1]]:
        found += each("Tile", f"{times}", (2, 2), [I(times)], 13, ANY if times == [2, 2] else (np.float32,))
    for upper in [0, 1]:
        for k in [None, 0, 1, -1, 2, -3, 9]:
            rest = [] if k is None else [np.array(k)]
            found += each("Trilu", f"{upper}.{k}", (3, 4), rest, 14, (np.float32, np.int64, np.bool_) if k == 1 else (np.float32,),
                          attributes={"upper": upper})
    found += each("Trilu", "batch", (2, 2, 3), [], 14)
    # What a triangle leaves out is zero, whatever stood there.
    wild = np.array([[np.inf, -np.inf], [np.nan, 1.0]], np.float32)
    found.append(Case("Trilu", "wild.14", [wild], opset=14, attributes={"upper": 0}))
    found.append(Case("Trilu", "wild.a.14", [By("a", np.stack([wild] * 5 + [np.ones_like(wild)] * 5))], opset=14, attributes={"upper": 1}))
    for kind in ANY:
        found += each("Identity", "plain", (2, 2), opset=14, kinds=(kind,))
    for opset in [6, 7, 10, 12, 13, 22]:
        given = {"attributes": {"ratio": 0.4}} if opset < 12 else {}
        found += each("Dropout", "plain", (2, 2), opset=opset, **given)
    found += each("Dropout", "ratio", (2, 2), [np.array(0.3, np.float32)], 13)
    found += each("Dropout", "rest", (2, 2), [np.array(0.3, np.float32), np.array(False)], 13)
    found += each("Dropout", "mask", (2, 2), [np.array(0.3, np.float32)], 13, outputs=2, take=1)
    found += each("Dropout", "mask", (2, 2), opset=10, outputs=2, take=1)
    found += each("Dropout", "train", (2, 2), [np.array(0.0, np.float32), np.array(True)], 13)
    return found


def cuts():
    found = []
    for kind in ANY:
        x, y = table((2, 2), kind), table((2, 2), kind, 7)
        for axis in [0, 1, -1, -2]:
            mark = f"{np.dtype(kind).name}.{axis}.13"
            found.append(Case("Concat", mark, [By("a", x), y[2], By("b", y)], opset=13, attributes={"axis": axis}))
    empty = np.zeros((0, 2), np.float32)
    found.append(Case("Concat", "empty.13", [empty, By("a", table((2, 2))), empty], opset=13, attributes={"axis": 0}))
    found.append(Case("Concat", "single.13", [By("a", table((2, 2)))], opset=13, attributes={"axis": 0}))
    found.append(Case("Concat", "three.4", [By("a", table((2,))), I([1, 2], np.float32)], opset=7, attributes={"axis": 0}))
    for take in [0, 1]:
        found += each("Split", f"even.{take}", (4, 2), opset=13, outputs=2, take=take)
        found += each("Split", f"even.{take}", (4, 2), opset=11, outputs=2, take=take)
        found += each("Split", f"given.{take}", (4, 2), [I([1, 3])], 13, outputs=2, take=take, attributes={"axis": 0})
        found += each("Split", f"axis.{take}", (2, 4), [I([3, 1])], 13, outputs=2, take=take, attributes={"axis": -1})
        found += each("Split", f"axis.{take}", (2, 4), opset=7, outputs=2, take=take, attributes={"axis": 1, "split": [1, 3]})
        found += each("Split", f"count.{take}", (4, 2), opset=18, outputs=2, take=take, attributes={"num_outputs": 2})
    for take in range(3):
        found += each("Split", f"uneven.{take}", (2, 7), opset=18, outputs=3, take=take, attributes={"num_outputs": 3, "axis": 1})
    found += each("Split", "last", (2, 5), opset=18, outputs=4, take=3, attributes={"num_outputs": 4, "axis": 1})
    found += each("Split", "empty", (4, 2), [I([0, 4])], 13, outputs=2, take=1)
    big = np.iinfo(np.int64).max
    for name, starts, ends, axes, steps in [
        ("plain", [1], [3], [0], None), ("both", [1, 0], [3, 2], None, None), ("negative", [-2], [big], [-1], None),
        ("step", [0], [9], [1], [2]), ("back", [-1], [-9], [0], [-1]), ("back2", [3], [0], [0], [-2]), ("beyond", [7], [9], [0], None),
        ("least", [-9], [2], [1], None), ("reverse", [big], [-big], [1], [-1]), ("none", [2], [1], [0], None),
        ("two", [3, 2], [-9, -9], [0, 1], [-2, -1]), ("last", [-1], [big], [0], [1]), ("order", [1, 1], [2, 3], [1, 0], [1, 1]),
        ("end", [0], [-1], [0], None), ("clamped", [-1], [-5], [1], [-1]), ("far", [5], [-1], [0], [-1]), ("zero", [0], [0], [1], [-1]),
    ]:
        rest = [I(starts), I(ends), None if axes is None else I(axes), None if steps is None else I(steps)]
        while rest[-1] is None:
            rest.pop()
        for opset in [10, 11, 13]:
            found += each("Slice", name, (4, 3), rest, opset)
        if steps is None:
            given = {"starts": starts, "ends": ends, **({} if axes is None else {"axes": axes})}
            if axes is None or min(axes) >= 0:
                found += each("Slice", name, (4, 3), opset=9, attributes=given)
    for kind in ANY:
        found += each("Slice", "types", (3, 3), [I([1]), I([3]), I([1])], 13, (kind,))
    found += each("Slice", "int32", (4, 3), [I([1], np.int32), I([3], np.int32), I([0], np.int32), I([2], np.int32)], 13)
    for kind in [np.float32, np.int64, np.float64, np.int32, np.bool_]:
        pads = I([1, 0, 0, 2])
        found += each("Pad", "zeros", (2, 2), [pads], 13 if kind != np.bool_ else 18, (kind,))
        found += each("Pad", "value", (2, 2), [pads, np.array(7 if kind != np.bool_ else True, kind)], 13, (kind,))
    for name, pads in [("negative", [0, -1, 1, 0]), ("cut", [-1, 0, 0, -1]), ("none", [0, 0, 0, 0])]:
        found += each("Pad", name, (2, 3), [I(pads), np.array(9.5, np.float32)], 13)
    found += each("Pad", "axes", (2, 3), [I([1, 2]), np.array(-1.5, np.float32), I([-1])], 18)
    found += each("Pad", "axes2", (2, 3), [I([1, 2, 0, 1]), np.array(-1.5, np.float32), I([1, 0])], 19)
    found += each("Pad", "infinite", (2, 2), [I([0, 1, 0, 0]), np.array(-np.inf, np.float32)], 13)
    found += each("Pad", "old", (2, 3), opset=7, attributes={"pads": [0, 1, 1, 0], "value": 2.5})
    found += each("Pad", "old0", (2, 3), opset=7, attributes={"pads": [0, 1, 1, 0], "mode": "constant"})
    for mode in ["reflect", "edge", "wrap"]:
        found += each("Pad", mode, (3, 3), [I([1, 1, 0, 2])], 19, attributes={"mode": mode})
    return found


def sequences():
    """Lists of tensors, and branches, which are several nodes."""
    found = []

    def case(op, name, inputs, nodes, opset=13):
        found.append(Case(op, name, inputs, opset=opset, nodes=nodes))

    def at(place):
        return lambda x, y: [
            helper.make_node("SequenceConstruct", x[:2], ["parts"], "made"),
            helper.make_node("SequenceAt", ["parts", x[2]], [y], "tested"),
        ]

    two = [By("a", table((2, 2))), By("b", table((2, 2), seed=5))]
    for place in [0, 1, -1, -2]:
        case("SequenceAt", f"{place}.11", [*two, np.array(place)], at(place), 11)
    for place in [None, 0, 1, 2, -1, -2]:
        for read in [0, 1, 2]:
            case("SequenceInsert", f"{place}.{read}.11", [*two, np.array(99.0, np.float32).reshape(1, 1), np.array(read),
                                                          *([] if place is None else [np.array(place)])],
                 lambda x, y: [helper.make_node("SequenceConstruct", x[:2], ["parts"], "made"),
                               helper.make_node("SequenceInsert", ["parts", x[2], *x[4:]], ["longer"], "tested"),
                               helper.make_node("SequenceAt", ["longer", x[3]], [y], "found")], 11)
    case("SequenceLength", "two.11", two, lambda x, y: [helper.make_node("SequenceConstruct", x, ["parts"], "made"),
                                                        helper.make_node("SequenceLength", ["parts"], [y], "tested")], 11)
    case("SequenceEmpty", "none.11", two[:1], lambda x, y: [helper.make_node("SequenceEmpty", [], ["parts"], "tested"),
                                                            helper.make_node("SequenceInsert", ["parts", x[0]], ["longer"], "made"),
                                                            helper.make_node("ConcatFromSequence", ["longer"], [y], "found", axis=0)], 11)
    for axis, new in [(0, 0), (1, 0), (-1, 0), (0, 1), (1, 1), (2, 1), (-1, 1), (-2, 0)]:
        case("ConcatFromSequence", f"{axis}.{new}.11", two,
             lambda x, y, axis=axis, new=new: [helper.make_node("SequenceConstruct", x, ["parts"], "made"),
                                               helper.make_node("ConcatFromSequence", ["parts"], [y], "tested", axis=axis, new_axis=new)], 11)
    for name, split, given in [("ones", None, {}), ("flat", None, {"keepdims": 0}), ("two", np.array(2), {}), ("list", I([1, 3]), {}),
                               ("axis", np.array(2), {"axis": 1}), ("last", I([1, 2]), {"axis": -1}), ("kept", np.array(1), {"keepdims": 0})]:
        for place in [0, 1, -1]:
            rest = [] if split is None else [split]
            case("SplitToSequence", f"{name}.{place}.11", [By("a", table((4, 3))), np.array(place), *rest],
                 lambda x, y, given=given: [helper.make_node("SplitToSequence", [x[0], *x[2:]], ["parts"], "tested", **given),
                                            helper.make_node("SequenceAt", ["parts", x[1]], [y], "found")], 11)
    for truth in [True, False]:
        def branches(x, y):
            value = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, None)  # noqa: E731
            then = helper.make_graph([helper.make_node("Add", [x[1], x[2]], ["yes"], "yes")], "then", [], [value("yes")])
            other = helper.make_graph([helper.make_node("Sub", [x[1], x[2]], ["no"], "no")], "else", [], [value("no")])
            return [helper.make_node("If", [x[0]], [y], "tested", then_branch=then, else_branch=other)]

        case("If", f"{truth}.13", [np.array(truth), *two], branches)
        case("If", f"{truth}.token.13", [By("a", np.arange(10) % 2 == truth), *two], branches)
    return found


def cases():
    return sizes() + movements() + cuts() + sequences()
