"""Operators that pick elements, put elements, or find them."""

import numpy as np

from graphs import By, Case

from .shapes import ANY, I, each, table
from .values import rows


def gathers():
    found = []
    places = I([3, 0, -1, 2, -4, 1, 1, 0, -2, 3])
    for kind in ANY:
        mark = np.dtype(kind).name
        x = table((4, 3), kind)
        found.append(Case("Gather", f"{mark}.c.13", [x[0], I([[2, 0], [-1, -4]])], opset=13))
        found.append(Case("Gather", f"{mark}.token.13", [x[0], By("a", places)], opset=13))
        found.append(Case("Gather", f"{mark}.both.13", [By("a", x), By("b", places)], opset=13))
        found.append(Case("Gather", f"{mark}.same.13", [By("a", x), By("a", places)], opset=13))
    for axis in [0, 1, -1, -2]:
        for kind in [np.int64, np.int32]:
            size = 4 if axis in (0, -2) else 3
            at = (places % size).astype(kind)
            mark = f"{axis}.{np.dtype(kind).name}"
            found.append(Case("Gather", f"axis.{mark}.11", [By("a", table((4, 3))), at[:2]], opset=11, attributes={"axis": axis}))
            found.append(Case("Gather", f"axis.{mark}.a.13", [table((4, 3))[1], By("a", at.reshape(10, 1))], opset=13,
                              attributes={"axis": axis}))
            found.append(Case("Gather", f"axis.{mark}.1", [By("a", table((4, 3))), at[3]], opset=7, attributes={"axis": axis}))
    found.append(Case("Gather", "empty.13", [table((4, 3))[0], np.zeros((0,), np.int64)], opset=13))
    for axis in [0, 1, -1]:
        at = I([[1, -2, 0], [0, 1, -1]]) if axis == 0 else I([[2, 0, -1, 1], [-3, 1, 1, 0]])
        x = table((2, 3))
        for kind in [np.int64, np.int32]:
            found += each("GatherElements", f"{axis}.{np.dtype(kind).name}", (2, 3), [at.astype(kind)], 13, attributes={"axis": axis})
        found += each("GatherElements", f"{axis}", (2, 3), [at], 11, attributes={"axis": axis})
        by = By("a", np.stack([np.roll(at, turn, 1) for turn in range(10)]))
        found.append(Case("GatherElements", f"token.{axis}.13", [x[2], by], opset=13, attributes={"axis": axis}))
        found.append(Case("GatherElements", f"both.{axis}.13", [By("b", x), by], opset=13, attributes={"axis": axis}))
    found += each("GatherElements", "short", (3, 3), [I([[0, 1]])], 13, attributes={"axis": 0})
    for name, shape, at, batch in [
        ("points", (2, 3), [[0, 0], [1, 2], [-1, -3]], 0), ("rows", (2, 3), [[1], [0], [-1]], 0), ("one", (2, 3), [1, 2], 0),
        ("deep", (2, 2, 2), [[[0, 1]], [[1, 0]]], 0), ("batch", (2, 2, 2), [[1], [0]], 1), ("batch2", (2, 2, 3), [[[0], [2]], [[1], [-1]]], 2),
        ("batch1", (2, 3, 2), [[[0, 1], [2, 0]], [[1, 1], [-1, 0]]], 1),
    ]:
        for opset in [12, 13]:
            found += each("GatherND", name, shape, [I(at)], opset, attributes={"batch_dims": batch})
    found += each("GatherND", "old", (2, 3), [I([[0, 1], [1, 0]])], 11)
    found.append(Case("GatherND", "token.13", [table((4, 3))[0], By("a", (np.arange(20) % 3).reshape(10, 2))], opset=13))
    found.append(Case("GatherND", "row.13", [table((4, 3))[0], By("a", (np.arange(10) % 4).reshape(10, 1))], opset=13))
    for kind in ANY:
        found += each("GatherND", "types", (2, 3), [I([[0, 1], [1, 2]])], 13, (kind,))
    return found


def scatters():
    found = []
    at, put = I([[1, 0, 1], [0, 1, 0]]), I([[10.5, 20.5, 30.5], [40.5, 50.5, 60.5]], np.float32)
    for axis in [0, 1, -1]:
        for opset in [11, 13, 16, 18]:
            found += each("ScatterElements", f"{axis}", (3, 3), [at, put], opset, attributes={"axis": axis})
    found += each("Scatter", "plain", (3, 3), [at, put], 9) + each("Scatter", "axis", (3, 3), [at, put], 9, attributes={"axis": 1})
    found += each("ScatterElements", "negative", (3, 3), [I([[-1, 2, -3]]), put[:1]], 13, attributes={"axis": 1})
    twice = I([[1, 1, 1], [1, 0, 1]])
    for reduction in ["none", "add", "mul", "max", "min"]:
        for opset in [16, 18]:
            if reduction in ("max", "min") and opset == 16:
                continue
            indices = at if reduction == "none" else twice
            found += each("ScatterElements", reduction, (3, 3), [indices, put], opset, attributes={"reduction": reduction})
            spots = I([[0], [2]]) if reduction == "none" else I([[1], [1]])
            found += each("ScatterND", reduction, (3, 3), [spots, put], opset, attributes={"reduction": reduction})
    found.append(Case("ScatterElements", "update.13", [np.zeros((3, 3), np.float32), at, By("a", rows(3, (2, 3)))], opset=13))
    found.append(Case("ScatterElements", "token.13", [np.zeros(4, np.float32), By("a", np.arange(10).reshape(10, 1) % 4), I([5.0], np.float32)],
                      opset=13))
    for kind in ANY:
        values = table((2, 3), kind, 4)[1]
        found += each("ScatterND", "types", (3, 3), [I([[2], [0]]), values], 13, (kind,))
        found += each("ScatterElements", "types", (3, 3), [at, values], 13, (kind,))
    for name, shape, spots, values in [
        ("points", (2, 3), [[0, 1], [1, 2]], (2,)), ("negative", (2, 3), [[-1, -1]], (1,)), ("deep", (2, 2, 2), [[[0], [1]]], (1, 2, 2, 2)),
    ]:
        put = np.arange(int(np.prod(values)), dtype=np.float32).reshape(values) + 100
        for opset in [11, 13, 18]:
            found += each("ScatterND", name, shape, [I(spots), put], opset)
    return found


def finding():
    found = []
    for kind in [np.float32, np.int64, np.int32, np.bool_, np.uint8, np.float64]:
        x = np.array([[0, 1, 0], [2, 0, 3]]).astype(kind)
        found.append(Case("NonZero", f"{np.dtype(kind).name}.13", [x], opset=13))
        found.append(Case("NonZero", f"{np.dtype(kind).name}.9", [x[0]], opset=9))
    found.append(Case("NonZero", "wild.13", [np.array([np.nan, -0.0, np.inf, 0.0, 1e-45], np.float32)], opset=13))
    found.append(Case("NonZero", "none.13", [np.zeros(3, np.float32)], opset=13))
    found.append(Case("NonZero", "token.13", [By("a", np.stack([I([0.0, 1.0], np.float32)] * 10))], opset=13))
    for op in ["ArgMax", "ArgMin"]:
        x = np.array([[1, 5, 5, -2], [7, 0, 0, 7], [3, 3, 3, 3]])
        for axis in [None, 0, 1, -1]:
            for keep in [1, 0]:
                for last in [None, 0, 1]:
                    given = {"keepdims": keep}
                    given |= {} if axis is None else {"axis": axis}
                    given |= {} if last is None else {"select_last_index": last}
                    for kind in [np.float32, np.float64, np.int32, np.int64, np.uint8, np.int8]:
                        if kind not in (np.float32,) and (keep == 0 or last == 0):
                            continue
                        values = (np.abs(x) if kind == np.uint8 else x).astype(kind)
                        found.append(Case(op, f"{np.dtype(kind).name}.{axis}.{keep}.{last}.13", [values], opset=13, attributes=given))
        found.append(Case(op, "f32.11", [x.astype(np.float32)], opset=11, attributes={"axis": -1}))
        for name, values in [("nan", [1.0, np.nan, 3.0]), ("infinite", [-np.inf, np.inf, np.inf]), ("low", [-np.inf, -np.inf]),
                             ("zeros", [-0.0, 0.0]), ("nans", [np.nan, np.nan]), ("close", [2.0**24, 2.0**24 + 2])]:
            found.append(Case(op, f"{name}.13", [np.array(values, np.float32)], opset=13))
        found.append(Case(op, "large.13", [I([2**53, 2**53 + 1, 2**53 + 1, 5])], opset=13))
        found.append(Case(op, "token.13", [By("a", rows(4, (5,)))], opset=13))
        found.append(Case(op, "token.i64.13", [By("a", np.arange(50).reshape(10, 5) % 7)], opset=13))
    for axis in [None, -1, 0, 1, -2]:
        given = {} if axis is None else {"axis": axis}
        for depth in [3, 5]:
            values = np.array([-1.5, 4.5], np.float32)
            for opset in [9, 11]:
                found.append(Case("OneHot", f"{axis}.{depth}.c.{opset}", [I([0, 2, -1, -3, 7]), np.array(depth), values],
                                  opset=opset, attributes=given))
            found.append(Case("OneHot", f"{axis}.{depth}.a.11", [By("a", (np.arange(10) - 4).reshape(10, 1)), np.array(depth), values],
                              opset=11, attributes=given))
    for kind in [np.int64, np.int32, np.float64, np.bool_, np.uint8]:
        values = np.array([0, 1], kind)
        found.append(Case("OneHot", f"{np.dtype(kind).name}.c.11", [I([0, 2]), np.array(3), values], opset=11))
        found.append(Case("OneHot", f"{np.dtype(kind).name}.a.11", [By("a", np.arange(10).reshape(10, 1) % 4), np.array(4), values], opset=11))
    found.append(Case("OneHot", "float.11", [np.array([0.0, 2.0, 1.0], np.float32), np.array(3.0, np.float32), I([0, 1])], opset=11))
    found.append(Case("OneHot", "list.11", [I([0, 1]), I([3]), np.array([0, 1], np.float32)], opset=11))
    return found


def cases():
    return gathers() + scatters() + finding()
