"""At which sizes a runtime makes dot products from the first term to the last, and whether it fuses them: `products.py RUNTIME`.

For matrix products as the models of the zoo have them, the lengths of the dot product at which every result is, to the bit, that of
`sums = "fused"`, those at which it is that of `sums = "separate"` (docs/format.md), and the others. Numbers are of both signs and
similar magnitude, so that each rounding shows; in float32, where fused products can be computed.
"""

import sys

import numpy as np

import runtimes

LENGTHS = (2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 24, 33)
PROMPT = 33
# What is multiplied: the shapes of both sides, by the length of the dot product.
CASES = {
    "linear map, one row": lambda n: ((1, n), (n, 4)),
    "linear map, one row to one number": lambda n: ((1, n), (n, 1)),
    "linear map, a prompt": lambda n: ((PROMPT, n), (n, 4)),
    "linear map, a prompt to one number": lambda n: ((PROMPT, n), (n, 1)),
    "logits of a prompt": lambda n: ((PROMPT, n), (n, 10)),
    "scores, one query": lambda n: ((8, 2, 1, n), (8, 2, n, PROMPT)),
    "scores of a prompt": lambda n: ((8, 2, PROMPT, n), (8, 2, n, PROMPT)),
    "weights with values": lambda n: ((8, 2, n, n), (8, 2, n, 2)),
}
REPEATED = 8


def fused(x, y, z):
    """x·y + z in float32 with one rounding: the sum in float64 is rounded to odd, which a second rounding does not notice."""
    product, z = x.astype(np.float64) * y.astype(np.float64), z.astype(np.float64)
    total = product + z
    back = total - product
    rest = (product - (total - back)) + (z - back)
    bits = total.view(np.int64).copy()
    inexact = (rest != 0) & (bits & 1 == 0)
    away = (rest > 0) == (total > 0)
    bits[inexact & away] += 1
    bits[inexact & ~away] -= 1
    return bits.view(np.float64).astype(np.float32)


def expected(x, y, fuse):
    """The product of matrices, each entry from the first term to the last."""
    out = x[..., :1] * y[..., :1, :]
    for k in range(1, x.shape[-1]):
        first, second = np.broadcast_arrays(x[..., k : k + 1], y[..., k : k + 1, :])
        out = fused(first, second, out) if fuse else out + first * second
    return out


def kind(run, shapes, dice):
    """Which of the two every result is, if either."""
    same = [True, True]
    for _ in range(REPEATED):
        x, y = (dice.uniform(-1, 1, shape).astype(np.float32) for shape in shapes)
        got = run(x, y)
        same = [before and np.array_equal(got, expected(x, y, fuse)) for before, fuse in zip(same, (True, False))]
    return {(True, False): "fused", (False, True): "separate"}.get(tuple(same), "otherwise")


def main():
    runtime = runtimes.load(sys.argv[1])
    print(runtime.NAME, runtime.versions())
    for form, run in runtime.operation("matmul", "f32").items():
        for name, shapes in CASES.items():
            if len(shapes(2)[0]) > 2 and form != "@" and form != "jit":
                continue
            dice = np.random.default_rng(11)
            kinds = {}
            for length in LENGTHS:
                kinds.setdefault(kind(run, shapes(length), dice), []).append(length)
            print(f"{form}, {name}: " + "; ".join(f"{word} at {lengths}" for word, lengths in kinds.items()), flush=True)


if __name__ == "__main__":
    main()
