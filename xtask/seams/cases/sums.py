"""Products of matrices, sums and other reductions, softmaxes."""

import numpy as np

from graphs import By, Case, Made

from .shapes import I
from .values import INF, NAN, rows

# The rounding of f32 and of f64, relative.
UNIT = {np.float32: 2.0**-24, np.float64: 2.0**-53}


def sums(kind, most, terms):
    """How far two orders of a sum may be apart, whose terms' magnitudes sum to `most`."""
    return {"ulps": 2, "absolute": 2 * terms * UNIT[kind] * most}


def products():
    found = []
    for name, left, right in [
        ("plain", (2, 3), (3, 2)), ("vector", (3,), (3, 2)), ("right", (2, 3), (3,)), ("dot", (3,), (3,)), ("batch", (2, 2, 3), (3, 2)),
        ("batches", (2, 2, 3), (2, 3, 1)), ("spread", (2, 1, 2, 3), (2, 3, 2)), ("single", (1, 1), (1, 4)), ("batchvector", (2, 2, 3), (3,)),
        ("empty", (2, 0), (0, 3)),
    ]:
        for kind in [np.float32, np.float64]:
            for opset in [9, 13]:
                x, y = rows(1, left, kind), rows(2, right, kind)
                more = dict(opset=opset, **sums(kind, 60.0, 3))
                mark = f"{np.dtype(kind).name}.{name}"
                found.append(Case("MatMul", f"{mark}.ab.{opset}", [By("a", x), By("b", y)], **more))
                found.append(Case("MatMul", f"{mark}.ac.{opset}", [By("a", x), y[0]], **more))
                found.append(Case("MatMul", f"{mark}.cb.{opset}", [x[3], By("b", y)], **more))
                found.append(Case("MatMul", f"{mark}.cc.{opset}", [x[3], y[4]], **more))
    for kind in [np.int64, np.int32]:
        x, y = np.arange(6).reshape(2, 3).astype(kind), np.arange(60).reshape(10, 3, 2).astype(kind)
        found.append(Case("MatMul", f"{np.dtype(kind).name}.13.c", [x, y[3]], opset=13))
        found.append(Case("MatMul", f"{np.dtype(kind).name}.13.a", [x, By("a", y)], opset=13))
    # A zero does not silence an infinity or a NaN.
    for kind in [np.float32, np.float64]:
        zeros = np.array([0.0, 1.0, 0.0], kind)
        wild = np.array([[INF, 1, 2], [NAN, 1, 1], [1, INF, 2], [1, -INF, 1], [1, 2, 3], [0, 0, 0], [1, 2, NAN], [-INF, 1, 1], [2, 2, 2], [1, 1, INF]], kind)
        found.append(Case("MatMul", f"{np.dtype(kind).name}.zeros.a", [zeros, By("a", wild)], **sums(kind, 3.0, 3)))
        found.append(Case("MatMul", f"{np.dtype(kind).name}.zeros.c", [zeros, wild[0]], **sums(kind, 3.0, 3)))
        made = Made("Div", np.array([0.0, 1.0, 0.0], kind), By("a", np.abs(np.trunc(rows(9, (3,), kind, 1.0)))))
        found.append(Case("MatMul", f"{np.dtype(kind).name}.zeros.made", [zeros, made], **sums(kind, 3.0, 3)))
    return found


def gemms():
    found = []
    for kind in [np.float32, np.float64]:
        bias = {"none": None, "row": (2,), "matrix": (2, 2), "column": (2, 1), "number": (), "one": (1,)}
        for name, shape in bias.items():
            for trans in [(0, 0), (1, 0), (0, 1), (1, 1)]:
                for alpha, beta in [(None, None), (0.5, 2.0), (1.5, 0.0), (0.0, 1.0)]:
                    if trans != (0, 1) and (name not in ("row", "none") or alpha not in (None, 0.5)):
                        continue
                    x = rows(5, (3, 2) if trans[0] else (2, 3), kind)
                    y = rows(6, (2, 3) if trans[1] else (3, 2), kind)
                    given = {"transA": trans[0], "transB": trans[1]}
                    given |= {} if alpha is None else {"alpha": alpha, "beta": beta}
                    c = [] if shape is None else [rows(7, shape, kind)[2]]
                    mark = f"{np.dtype(kind).name}.{name}.{trans[0]}{trans[1]}.{alpha}"
                    more = dict(attributes=given, **sums(kind, 120.0, 4))
                    if shape is not None or kind == np.float32:
                        found.append(Case("Gemm", mark + ".13", [By("a", x), By("b", y), *c], opset=13, **more))
                    if shape in ((2,), (2, 2)) and kind == np.float32:
                        found.append(Case("Gemm", mark + ".9", [By("a", x), y[2], *c], opset=9, **more))
    x, y, c = rows(5, (2, 3)), rows(6, (3, 2)), rows(7, (2,))[1]
    found.append(Case("Gemm", "float32.broadcast.6", [By("a", x), y[0], c], opset=6, attributes={"broadcast": 1}, **sums(np.float32, 60.0, 4)))
    found.append(Case("Gemm", "float32.same.6", [By("a", x), y[0], rows(8, (2, 2))[0]], opset=6, **sums(np.float32, 60.0, 4)))
    found.append(Case("Gemm", "int32.13", [I([[1, 2], [3, 4]], np.int32), I([[1, 2], [3, 4]], np.int32), I([1, 2], np.int32)], opset=13))
    # `alpha` and `beta` at 0 with infinities and NaN.
    wild = np.array([[INF, 1.0], [NAN, 2.0]], np.float32)
    for given in [{"alpha": 0.0}, {"beta": 0.0}]:
        found.append(Case("Gemm", f"wild.{list(given)[0]}.13", [wild, np.eye(2, dtype=np.float32), wild], opset=13, attributes=given))
    return found


def einsums():
    found = []
    for name, equation, *shapes in [
        ("matrix", "ij,jk->ik", (2, 3), (3, 2)), ("implicit", "ij,jk", (2, 3), (3, 2)), ("turned", "ij->ji", (2, 3)), ("sum", "ij->", (2, 3)),
        ("row", "ij->i", (2, 3)), ("trace", "ii->", (3, 3)), ("diagonal", "ii->i", (3, 3)), ("outer", "i,j->ij", (2,), (3,)),
        ("inner", "i,i->", (3,), (3,)), ("batch", "bij,bjk->bik", (2, 2, 3), (2, 3, 2)), ("spread", "...ij,...jk->...ik", (2, 2, 3), (2, 3, 2)),
        ("spread1", "...ij,jk->...ik", (2, 2, 3), (3, 2)), ("heads", "bhid,bhjd->bhij", (1, 2, 2, 3), (1, 2, 2, 3)), ("reverse", "ba", (2, 3)),
        ("three", "ij,jk,k->i", (2, 3), (3, 2), (2,)), ("spaces", "i j , j k -> k i", (2, 3), (3, 2)), ("product", "ij,ij->ij", (2, 3), (2, 3)),
        ("ellipsis", "...->...", (2, 3)), ("capitals", "Ab,bC->AC", (2, 3), (3, 2)), ("one", "ij,jk->ik", (2, 1), (1, 3)),
        ("summed", "...i->...", (2, 2, 3)), ("implicit.dots", "...ij,...jk", (2, 2, 3), (2, 3, 2)),
    ]:
        for kind in [np.float32, np.float64]:
            tables = [rows(20 + at, shape, kind) for at, shape in enumerate(shapes)]
            more = dict(opset=12, attributes={"equation": equation}, **sums(kind, 200.0, 6))
            mark = f"{np.dtype(kind).name}.{name}"
            found.append(Case("Einsum", mark + ".ab", [By("ab"[at % 2], x) for at, x in enumerate(tables)], **more))
            if kind == np.float32:
                found.append(Case("Einsum", mark + ".c", [x[at] for at, x in enumerate(tables)], **more))
    return found


REDUCES = ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp", "ReduceLogSum"]


def by_input(op, opset):
    """Whether the axes are an input in this version."""
    return opset >= (13 if op == "ReduceSum" else 18)


def reduces():
    found = []
    for op in REDUCES:
        for opset in [11, 13, 18, 20]:
            for name, axes, keep, noop in [
                ("all", None, 1, 0), ("flat", None, 0, 0), ("first", [0], 1, 0), ("last", [-1], 0, 0), ("two", [0, 2], 1, 0), ("negative", [-1, -3], 0, 0),
                ("noop", None, 1, 1), ("noop.flat", None, 0, 1), ("noop.axes", [1], 1, 1), ("empty", [], 1, 0), ("empty.noop", [], 1, 1),
            ]:
                given = {"keepdims": keep} if not keep else {}
                inside = by_input(op, opset)
                if ("noop" in name or "empty" in name) and not inside:
                    continue
                if noop:
                    given["noop_with_empty_axes"] = 1
                rest = []
                if axes is not None and inside:
                    rest = [I(axes, np.int64)]
                elif axes is not None:
                    given["axes"] = axes
                for kind in [np.float32, np.float64]:
                    if kind == np.float64 and (opset != 18 or name not in ("all", "last", "noop")):
                        continue
                    most = 12 if op in ("ReduceProd", "ReduceSumSquare") else 1
                    x = rows(30, (2, 3, 2), kind, 1.2)
                    if op == "ReduceLogSum":
                        x = np.abs(x) + kind(0.5)
                    more = dict(opset=opset, attributes=given, **sums(kind, 30.0 * most, 12))
                    mark = f"{np.dtype(kind).name}.{name}.{opset}"
                    found.append(Case(op, mark + ".a", [By("a", x), *rest], **more))
                    if name in ("all", "last", "noop", "empty.noop"):
                        found.append(Case(op, mark + ".c", [x[4], *rest], **more))
        opset = 18
        # The number of an empty sum, product, maximum.
        found.append(Case(op, "float32.nothing.18", [np.zeros((2, 0), np.float32), I([1])], opset=opset))
        wild = np.array([[NAN, 1, 2], [INF, 1, -3], [-INF, 0, 5], [INF, -INF, 1], [-0.0, 0.0, 0.0], [1, 2, 3], [0, 2, 1], [-1, -2, -3], [NAN, INF, 0], [1, NAN, 9]], np.float32)
        near = sums(np.float32, 20.0, 3)
        found.append(Case(op, "float32.wild.18.a", [By("a", wild)], opset=opset, **near))
        found.append(Case(op, "float32.wild.18.c", [wild, I([1])], opset=opset, **near))
        if op in ("ReduceL2", "ReduceSumSquare", "ReduceLogSumExp", "ReduceMax", "ReduceMin", "ReduceL1"):
            large = np.array([[1e30, 1e30], [1e-30, 1e-30], [100, 100], [-100, -200], [3e38, 1], [1e-45, 0], [88, 89], [-88, -104], [0, 0], [1, 1]], np.float32)
            found.append(Case(op, "float32.large.18.a", [By("a", large)], opset=opset, **near))
            found.append(Case(op, "float32.large.18.c", [large, I([1])], opset=opset, **near))
        for kind in [np.int64, np.int32, np.int8, np.uint8]:
            x = np.array([[1, 2, 3], [4, 5, 6]]).astype(kind)
            found.append(Case(op, f"{np.dtype(kind).name}.18", [x, I([1])], opset=opset))
            found.append(Case(op, f"{np.dtype(kind).name}.all.18", [x], opset=opset))
            if kind in (np.int64, np.int32):
                found.append(Case(op, f"{np.dtype(kind).name}.token.18", [By("a", np.arange(20).reshape(10, 2).astype(kind))], opset=opset))
                edge = np.array([np.iinfo(kind).max, 2, -3]).astype(kind)
                if op in ("ReduceSum", "ReduceProd", "ReduceMax", "ReduceMin"):
                    found.append(Case(op, f"{np.dtype(kind).name}.wrap.18", [edge], opset=opset))
                    # ONNX Runtime's sums of integers end at the greatest, those of NumPy wrap.
                    beyond = np.array([np.iinfo(kind).max, 2, 5]).astype(kind)
                    found.append(Case(op, f"{np.dtype(kind).name}.beyond.18", [beyond], opset=opset))
    for op in ["ReduceMax", "ReduceMin"]:
        found.append(Case(op, "bool.20", [np.array([[True, False], [False, False]]), I([1])], opset=20))
    return found


def running():
    found = []
    for kind in [np.float32, np.float64, np.int64, np.int32]:
        for axis in [0, 1, -1]:
            for exclusive in [0, 1]:
                for reverse in [0, 1]:
                    given = {"exclusive": exclusive, "reverse": reverse}
                    mark = f"{np.dtype(kind).name}.{axis}.{exclusive}{reverse}.14"
                    near = sums(kind, 12.0, 3) if kind in UNIT else {}
                    x = rows(40, (2, 3), kind)
                    found.append(Case("CumSum", mark + ".c", [x[0], np.array(axis)], opset=14, attributes=given, **near))
                    if kind in UNIT:
                        found.append(Case("CumSum", mark + ".a", [By("a", x), np.array(axis)], opset=14, attributes=given, **near))
    found.append(Case("CumSum", "float32.11", [By("a", rows(40, (4,))), np.array(0, np.int32)], opset=11, **sums(np.float32, 12.0, 4)))
    found.append(Case("CumSum", "int64.token.14", [By("a", np.arange(30).reshape(10, 3)), np.array(0)], opset=14))
    found.append(Case("CumSum", "int32.wrap.14", [I([2**31 - 1, 1, 1], np.int32), np.array(0)], opset=14))
    found.append(Case("CumSum", "wild.14", [I([1, INF, -INF, 1], np.float32), np.array(0)], opset=14))
    return found


def softmaxes():
    found = []
    wild = np.array([[INF, 1, 2], [NAN, 1, 2], [-INF, 1, 2], [-INF, -INF, -INF], [1, 1, 1], [100, 0, -100], [1e30, -1e30, 0], [-INF, 3, -INF], [0, -104, -88], [INF, INF, 0]], np.float32)
    for op in ["Softmax", "LogSoftmax"]:
        for opset in [11, 12, 13]:
            for axis in [None, 0, 1, 2, -1, -2]:
                if opset == 11 and axis is not None and axis < -1:
                    continue
                given = {} if axis is None else {"axis": axis}
                for kind in [np.float32, np.float64]:
                    near = {"ulps": 8, "absolute": 16 * UNIT[kind]}
                    x = rows(50, (2, 3, 2), kind, 3.0)
                    mark = f"{np.dtype(kind).name}.{axis}.{opset}"
                    found.append(Case(op, mark + ".a", [By("a", x)], opset=opset, attributes=given, **near))
                    found.append(Case(op, mark + ".c", [x[2]], opset=opset, attributes=given, **near))
            near = {"ulps": 8, "absolute": 2.0**-20}
            found.append(Case(op, f"wild.{opset}.a", [By("a", wild)], opset=opset, attributes={"axis": -1}, **near))
            found.append(Case(op, f"wild.{opset}.c", [wild], opset=opset, attributes={"axis": -1}, **near))
        near = {"ulps": 8, "absolute": 2.0**-20}
        # The operator's output is the row of logits itself.
        for kind in [np.float32, np.float64]:
            last = rows(51, (10,), kind, 3.0)
            found.append(Case(op, f"last.{np.dtype(kind).name}.13", [By("a", last)], opset=13, padded=False, **near))
            found.append(Case(op, f"last.sum.{np.dtype(kind).name}.13", [Made("Add", By("a", last), By("b", rows(52, (10,), kind)))], opset=13, padded=False, **near))
            found.append(Case(op, f"last.close.{np.dtype(kind).name}.13", [By("a", last * kind(2.0**-27))], opset=13, padded=False, **near))
        found.append(Case(op, "single.13", [By("a", rows(53, (1, 4)))], opset=13, attributes={"axis": 0}, **near))
    found.append(Case("Sigmoid", "last.13", [By("a", rows(51, (10,), np.float32, 12.0))], opset=13, padded=False, ulps=8, absolute=2.0**-21))
    return found


def cases():
    return products() + gemms() + einsums() + reduces() + running() + softmaxes()
