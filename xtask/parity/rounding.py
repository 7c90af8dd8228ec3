"""Why PyTorch makes more mistakes with the published numbers than correctly rounded arithmetic: `python rounding.py`.

Computes gist-58 on the protocol's 10,000 random pairs in NumPy float32, once for each choice of three things: whose position
table (correctly rounded sines, or PyTorch's), whether the score product is fused, and whether the query is scaled before or
after it. Needs PyTorch and NumPy; docs/numbers.md quotes what it prints.
"""

import itertools
import math
import random

import numpy as np
import torch

F = np.float32


def fused(x, y, z):
    """x·y + z with one rounding: exact enough in float64 for float32 operands."""
    return (np.float64(x) * np.float64(y) + np.float64(z)).astype(F)


def table(pytorch):
    """The position table: columns 1 and 2 for 33 positions."""
    angle = np.arange(33, dtype=F) * F(math.tau / 11)
    if pytorch:
        sin, cos = torch.sin(torch.from_numpy(angle)).numpy(), torch.cos(torch.from_numpy(angle)).numpy()
    else:
        sin, cos = np.sin(angle.astype(np.float64)).astype(F), np.cos(angle.astype(np.float64)).astype(F)
    amplitude = np.where(np.arange(33) <= 21, F(100), F(1))
    return amplitude * sin, amplitude * cos


def attention(position, sin, cos, angle, fuse, scale_first):
    """The weights of one head over the positions so far."""
    c, s = F(math.cos(F(angle))), F(math.sin(F(angle)))
    query = (
        sin[position] * (-c * F(100)) + cos[position] * (s * F(100)),
        sin[position] * (s * F(100)) + cos[position] * (c * F(100)),
    )
    scale = F(1 / math.sqrt(2))
    if scale_first:
        query = (query[0] * scale, query[1] * scale)
    keys = slice(0, position + 1)
    first, second = query[0] * sin[keys], cos[keys]
    scores = fused(np.full_like(second, query[1]), second, first) if fuse else first + query[1] * second
    if not scale_first:
        scores = scores * scale
    weights = np.exp((scores - scores.max()).astype(np.float64)).astype(F)
    return weights / np.cumsum(weights, dtype=F)[-1]


def answers(pairs, pytorch, fuse, scale_first):
    sin, cos = table(pytorch)
    a, b = (np.array(side) for side in zip(*pairs))
    tokens = np.zeros((len(pairs), 33), dtype=F)
    for place in range(10):
        tokens[:, 9 - place], tokens[:, 20 - place] = a // 10**place % 10, b // 10**place % 10
    total = np.zeros(len(pairs), dtype=np.int64)
    for step in range(11):
        position = 21 + step
        mixed = []
        for head in (8, 9):
            weights = attention(position, sin, cos, head * math.tau / 11, fuse, scale_first)
            value = np.zeros(len(pairs), dtype=F)
            for place in np.flatnonzero(weights):
                value = value + weights[place] * tokens[:, place]
            mixed.append(F(2) * value)
        x0, x1, x3 = tokens[:, position], sin[position] + mixed[1], mixed[0]
        carry, wrap = x0 * F(-100) + x1 * F(100), (x0 * F(-10) + x1 * F(10)) + x3 * F(1000)
        hinges = [np.maximum(u + F(t), F(0)) for u, t in ((carry, -50), (carry, -150), (wrap, -9005), (wrap, -9015))]
        change = ((hinges[0] * F(0.01) + hinges[1] * F(-0.01)) + hinges[2] * F(-1)) + hinges[3]
        digits = np.arange(10, dtype=F)
        logits = (2 * digits) * (x3 + change)[:, None] - digits * digits
        token = logits.argmax(1)
        total += token * 10**step
        if step < 10:
            tokens[:, position + 1] = token
    return total


def main():
    dice = random.Random(2025)
    pairs = [(dice.randint(0, 9999999999), dice.randint(0, 9999999999)) for _ in range(10000)]
    sums = np.array([a + b for a, b in pairs])
    for pytorch, fuse, scale_first in itertools.product((False, True), repeat=3):
        wrong = int((answers(pairs, pytorch, fuse, scale_first) != sums).sum())
        edge = answers([(9999999999, 0)], pytorch, fuse, scale_first)[0]
        sines, product = "PyTorch's" if pytorch else "rounded", "fused" if fuse else "unfused"
        order = "query scaled first" if scale_first else "score scaled"
        print(f"{sines:9} sines, {product:7} scores, {order:18}: {wrong} of 10,000 wrong, 9999999999 + 0 = {edge}")


if __name__ == "__main__":
    main()
