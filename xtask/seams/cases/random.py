"""Variants that are drawn: shapes, axes, attributes, indices, and values of which some are no numbers."""

import numpy as np

from graphs import By, Case

from .elementwise import near
from .sums import sums
from .values import INF, NAN, short

COUNT = 150


class Draw:
    def __init__(self, seed, op):
        self.random = np.random.default_rng([seed, sum(map(ord, op)), len(op)])

    def pick(self, *of):
        return of[self.random.integers(len(of))]

    def shape(self, least=1, most=3, longest=3):
        return tuple(int(size) for size in self.random.integers(1, longest + 1, self.random.integers(least, most + 1)))

    def floats(self, shape, kind=np.float32, wild=0.0):
        x = self.random.normal(0, 2, (10, *shape)) * self.pick(1.0, 1.0, 0.1, 8.0)
        odd = np.array([NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0])
        if wild:
            at = self.random.random(x.shape) < wild
            x = np.where(at, odd[self.random.integers(len(odd), size=x.shape)], x)
        return x.astype(kind)

    def ints(self, shape, kind=np.int64):
        return self.random.integers(-9, 10, (10, *shape)).astype(kind)

    def given(self, table, token="a"):
        return self.pick(By(token, table), By(token, table), table[0])


def elementwise(draw, op):
    kind = draw.pick(np.float32, np.float32, np.float64)
    x = draw.floats(draw.shape(0, 2), kind, draw.pick(0.0, 0.2))
    return dict(inputs=[draw.given(x)], **near(op, kind))


def broadcast(draw, op):
    kind = draw.pick(np.float32, np.float32, np.float64)
    shape = draw.shape(1, 3)
    other = tuple(draw.pick(1, size) for size in shape[draw.random.integers(len(shape) + 1):])
    wild = draw.pick(0.0, 0.2)
    sides = [draw.given(draw.floats(shape, kind, wild)), draw.given(draw.floats(other, kind, wild), "b")]
    return dict(inputs=sides if draw.random.random() < 0.5 else sides[::-1], **near(op, kind))


def whole(draw, op):
    kind = draw.pick(np.int64, np.int32, np.int16, np.int8)
    shape = draw.shape(1, 2)
    sides = [draw.given(draw.ints(shape, kind)), draw.given(draw.ints(shape[-1:], kind))]
    return dict(inputs=sides if draw.random.random() < 0.5 else sides[::-1])


def reduce(draw, op):
    kind = draw.pick(np.float32, np.float32, np.float64)
    shape = draw.shape(1, 3)
    axes = [int(axis) for axis in range(-len(shape), len(shape)) if draw.random.random() < 0.3]
    axes = list({axis % len(shape): axis for axis in axes}.values())
    rest = [np.array(axes, np.int64)] if axes else []
    scale = 200.0 if op in ("ReduceProd", "ReduceSumSquare") else 60.0
    x = draw.floats(shape, kind, draw.pick(0.0, 0.0, 0.15) if op not in ("ReduceMax", "ReduceMin") else 0.0)
    x = np.where(np.isfinite(x), np.clip(x, -3, 3) if op == "ReduceProd" else x, x)
    attributes = {"keepdims": draw.pick(0, 1)} | draw.pick({}, {}, {"noop_with_empty_axes": 1})
    size = int(np.prod(shape))
    more = 3.0 ** size if op == "ReduceProd" else scale * size * 10
    return dict(inputs=[draw.given(x), *rest], attributes=attributes, **sums(kind, more, size))


def product(draw, op):
    kind = draw.pick(np.float32, np.float32, np.float64)
    batch = draw.shape(0, 2, 2)
    rows, inner, columns = (int(size) for size in draw.random.integers(1, 4, 3))
    other = batch[draw.random.integers(len(batch) + 1):]
    wild = draw.pick(0.0, 0.0, 0.1)
    x, y = draw.floats((*batch, rows, inner), kind, wild), draw.floats((*other, inner, columns), kind, wild)
    return dict(inputs=[draw.given(x), draw.given(y, "b")], **sums(kind, 2000.0, inner))


def gemm(draw, op):
    kind = draw.pick(np.float32, np.float64)
    rows, inner, columns = (int(size) for size in draw.random.integers(1, 4, 3))
    turn = draw.pick(0, 1), draw.pick(0, 1)
    x = draw.floats((inner, rows) if turn[0] else (rows, inner), kind)
    y = draw.floats((columns, inner) if turn[1] else (inner, columns), kind)
    bias = draw.pick(None, (columns,), (1, columns), (rows, 1), (rows, columns), (1,), ())
    rest = [] if bias is None else [draw.given(draw.floats(bias, kind))]
    attributes = {"transA": turn[0], "transB": turn[1]} | draw.pick({}, {"alpha": 0.75}, {"alpha": -1.5, "beta": 0.5})
    return dict(inputs=[draw.given(x), draw.given(y, "b"), *rest], attributes=attributes, **sums(kind, 4000.0, inner + 1))


def softmax(draw, op):
    kind = draw.pick(np.float32, np.float32, np.float64)
    shape = draw.shape(1, 3)
    axis = int(draw.random.integers(-len(shape), len(shape)))
    x = draw.floats(shape, kind)
    x = np.where(draw.random.random(x.shape) < draw.pick(0.0, 0.2), -INF, x).astype(kind)
    return dict(inputs=[draw.given(x)], attributes={"axis": axis}, ulps=8, absolute=64 * float(np.finfo(kind).eps))


def cut(draw, op):
    shape = draw.shape(1, 3, 5)
    axes = [int(axis) for axis in range(len(shape)) if draw.random.random() < 0.6] or [0]
    ends = draw.random.integers(-7, 8, (2, len(axes)))
    steps = np.array([draw.pick(1, 1, 2, 3, -1, -2) for _ in axes])
    axes = np.array([axis - draw.pick(0, len(shape)) for axis in axes])
    return dict(inputs=[draw.given(draw.floats(shape)), ends[0], ends[1], axes, steps])


def gather(draw, op):
    shape = draw.shape(1, 3, 4)
    axis = int(draw.random.integers(-len(shape), len(shape)))
    size = shape[axis]
    at = draw.random.integers(-size, size, (10, *draw.shape(0, 2)))
    x = draw.floats(shape)
    inputs = draw.pick([By("a", x), at[0]], [x[0], By("a", at)], [x[0], at[0]])
    return dict(inputs=inputs, attributes={"axis": axis})


def elements(draw, op):
    shape = draw.shape(1, 3, 3)
    axis = int(draw.random.integers(-len(shape), len(shape)))
    size = shape[axis]
    x, at = draw.floats(shape), draw.random.integers(-size, size, (10, *shape))
    return dict(inputs=draw.pick([By("a", x), at[0]], [x[0], By("a", at)]), attributes={"axis": axis})


def turn(draw, op):
    shape = draw.shape(1, 4)
    order = [int(axis) for axis in draw.random.permutation(len(shape))]
    return dict(inputs=[draw.given(draw.floats(shape))], attributes={"perm": order})


def running(draw, op):
    kind = draw.pick(np.float32, np.float64)
    shape = draw.shape(1, 3)
    axis = np.array(draw.random.integers(-len(shape), len(shape)))
    attributes = {"exclusive": draw.pick(0, 1), "reverse": draw.pick(0, 1)}
    return dict(inputs=[draw.given(draw.floats(shape, kind)), axis], attributes=attributes, **sums(kind, 100.0, 3))


def norm(draw, op):
    kind = draw.pick(np.float32, np.float64)
    shape = draw.shape(1, 3)
    axis = int(draw.random.integers(-len(shape), len(shape)))
    x = draw.floats(shape, kind)
    weight = draw.floats(shape[axis:], kind)
    attributes = {"axis": axis} | draw.pick({}, {"epsilon": 1e-2})
    return dict(inputs=[draw.given(x), draw.given(weight, "b")], attributes=attributes, ulps=8, absolute=4096 * float(np.finfo(kind).eps))


def choice(draw, op):
    kind = draw.pick(np.float32, np.float64, np.int64)
    shape = draw.shape(0, 2)
    truth = draw.random.random((10, *shape)) < 0.5
    values = [draw.ints(shape, kind) if kind == np.int64 else draw.floats(shape, kind, 0.2) for _ in range(2)]
    return dict(inputs=[draw.given(truth), draw.given(values[0]), draw.given(values[1], "a" if kind == np.int64 else "b")])


def fill(draw, op):
    shape = draw.shape(1, 3)
    pads = draw.random.integers(-1, 3, 2 * len(shape))
    return dict(inputs=[draw.given(draw.floats(shape)), np.where(np.array(shape * 2) == 1, np.abs(pads), pads), np.array(draw.pick(0.0, 1.5), np.float32)])


KINDS = {
    elementwise: [("Exp", 13), ("Tanh", 13), ("Erf", 13), ("Sigmoid", 13), ("Relu", 14), ("Gelu", 20), ("Softplus", 22), ("Mish", 22), ("Elu", 22),
                  ("Sqrt", 13), ("Reciprocal", 13), ("Abs", 13), ("Floor", 13), ("Round", 22), ("HardSwish", 22), ("Sin", 22), ("Log", 13), ("IsInf", 20)],
    broadcast: [("Add", 14), ("Sub", 14), ("Mul", 14), ("Div", 14), ("Max", 13), ("Min", 13), ("Less", 13), ("Greater", 13), ("Equal", 13)],
    whole: [("Add", 14), ("Sub", 14), ("Mul", 14), ("Max", 13), ("Min", 13), ("BitwiseAnd", 18), ("Less", 13)],
    reduce: [("ReduceSum", 18), ("ReduceMean", 18), ("ReduceMax", 18), ("ReduceMin", 18), ("ReduceProd", 18), ("ReduceL1", 18), ("ReduceL2", 18),
             ("ReduceSumSquare", 18)],
    product: [("MatMul", 13)], gemm: [("Gemm", 13)], softmax: [("Softmax", 13)], cut: [("Slice", 13)], gather: [("Gather", 13)],
    elements: [("GatherElements", 13)], turn: [("Transpose", 13)], running: [("CumSum", 14)], norm: [("LayerNormalization", 17), ("RMSNormalization", 23)],
    choice: [("Where", 16)], fill: [("Pad", 13)],
}


def cases(seed):
    found = []
    for kind, operators in KINDS.items():
        for op, opset in operators:
            draw = Draw(seed, kind.__name__ + op)
            for number in range(COUNT):
                drawn = kind(draw, op)
                first = drawn["inputs"][0]
                mark = short((first.table if isinstance(first, By) else first).dtype)
                found.append(Case(op, f"random.{kind.__name__}.{mark}.{number}", opset=opset, **drawn))
    return found
