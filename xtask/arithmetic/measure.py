"""Measures one runtime: `measure.py RUNTIME FOLDER` reads what reference.py wrote into FOLDER, and writes FOLDER/RUNTIME.json.

An error is in units of u, half the distance from 1 to the next number: a result that is rounded right is within 1u of the exact
one, relative to it. For each function

- `units` is the greatest error against what the bounds of the prover measure it against (`functions.AGAINST`), less what they
  forgive (`functions.forgiven`), and `at` is where,
- `relative` the greatest error relative to the exact value, over all values that are normal numbers,
- `absolute` the greatest error itself, not in u.

What is infinite, or no number, is written as null.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np

import functions
import runtimes

# Kernels treat the ends of arrays, and short arrays, in other ways.
SHORT = (1, 2, 3, 5, 7, 8, 9, 15, 17)
SLICES = 32
LENGTHS = (2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64)
ROWS = {"f32": 4096, "f64": 512}


def greatest(errors, values=None):
    """The greatest of `errors`, infinity if one is no number, and the argument where it is."""
    if errors.size == 0:
        return 0.0, None
    errors = np.where(np.isfinite(errors), errors, math.inf)
    index = int(np.argmax(errors))
    return float(errors[index]), None if values is None else [float(array[index]) for array in values]


def errors_of(name, kind, values, high, low, got):
    """The three errors of results, and where the first is greatest."""
    unit, least = functions.UNIT[kind], functions.LEAST_NORMAL[kind]
    x = values[0].astype(np.float64)
    with np.errstate(all="ignore"):
        error = np.abs((got.astype(np.float64) - high) - low)
        relative, _ = greatest((error / np.abs(high) / unit)[np.abs(high) >= least])
        over = np.maximum(error - functions.forgiven(name, kind, x), 0)
        size = functions.AGAINST[name][1](x, high)
        units, place = greatest(np.where(over == 0, 0, over / (size * unit)), values)
    return {"units": units, "at": place, "relative": relative, "absolute": greatest(error)[0]}


def function(name, kind, forms, folder):
    """Every form of a function, on all arguments at once and on short pieces of them."""
    data = np.load(folder / f"{name}.{kind}.npz")
    values = [data[key] for key in data if key.startswith("arr_")]
    high, low = data["high"], np.broadcast_to(data["low"], data["high"].shape)
    dice = np.random.default_rng(3)
    found = {}
    for form, run in forms.items():
        found[form] = errors_of(name, kind, values, high, low, run(*values))
        pieces = []
        for length in SHORT:
            for start in dice.integers(0, len(high) - length, SLICES):
                piece = slice(start, start + length)
                got = run(*(array[piece] for array in values))
                pieces.append(([array[piece] for array in values], high[piece], low[piece], got))
        joined = [np.concatenate(part) for part in zip(*(values for values, *_ in pieces))]
        rest = [np.concatenate([piece[index] for piece in pieces]) for index in (1, 2, 3)]
        found[f"{form}, short"] = errors_of(name, kind, joined, *rest)
    return found


def mixed(dice, shape, kind):
    """Numbers of both signs whose magnitudes range over 2^-10 to 2^10."""
    values = np.exp2(dice.uniform(-10, 10, shape)) * dice.choice((-1.0, 1.0), shape)
    return values.astype(functions.TYPES[kind])


def exact_products(x, y):
    """The products of float64 numbers as two numbers each, by Dekker's splitting."""
    x, y = x.astype(np.float64), y.astype(np.float64)

    def halves(value):
        scaled = value * 134217729.0
        high = scaled - (scaled - value)
        return high, value - high

    product = x * y
    (a, b), (c, d) = halves(x), halves(y)
    return product, ((a * c - product) + a * d + b * c) + b * d


def sums(name, kind, forms):
    """The greatest share of γ_n · Σ|terms| that the error of a sum takes, and the length where it does.

    A sum of n terms rounds n − 1 times in any order, a dot product n times.
    """
    found = {}
    dice = np.random.default_rng(5)
    unit = functions.UNIT[kind]
    cases = []
    for n in LENGTHS:
        x = mixed(dice, (ROWS[kind], n), kind)
        y = mixed(dice, (n, 5) if name == "matmul" else (ROWS[kind], n), kind)
        if name == "sum":
            terms, rest, arrays, roundings = x.astype(np.float64), np.zeros(x.shape), (x,), n - 1
        elif name == "dot":
            (terms, rest), arrays, roundings = exact_products(x, y), (x, y), n
        else:
            (terms, rest), arrays, roundings = exact_products(x[:, None], y.T[None]), (x, y), n
        shape = terms.shape[:-1]
        both = np.concatenate((terms, rest), -1).reshape(-1, 2 * n)
        exact = np.array([math.fsum(row) for row in both]).reshape(shape)
        size = np.abs(terms).sum(-1)
        cases.append((n, arrays, exact, size, roundings))
    for form, run in forms.items():
        worst = (0.0, None)
        for n, arrays, exact, size, roundings in cases:
            # Many rows at once, and one row alone.
            for arrays, exact, size in ((arrays, exact, size), alone(name, arrays, exact, size)):
                got = run(*arrays).astype(np.float64).reshape(exact.shape)
                gamma = roundings * unit / (1 - roundings * unit)
                share, _ = greatest((np.abs(got - exact) / (gamma * size)).ravel())
                worst = max(worst, (share, n), key=lambda pair: pair[0])
        found[form] = {"share": worst[0], "length": worst[1]}
    return found


def alone(name, arrays, exact, size):
    """The first row only; of a matrix too."""
    return (arrays[0][:1], arrays[1] if name == "matmul" else arrays[-1][:1])[: len(arrays)], exact[:1], size[:1]


def weights(kind, forms):
    """How far the ratio of two weights of a softmax is from the exponential of the difference of their scores, relatively in u.

    The scores are multiples of 2^-10, so their differences are exact. The greatest is 0, and the ratio is of each weight to its own:
    two exponentials and two divisions. Where the ratio is no normal number nothing is asked.
    """
    found = {}
    # Where long double is no wider than float64, up to 1u of what is found in f64 is that of the reference.
    precise = np.longdouble if kind == "f64" else np.float64
    span = 86.0 if kind == "f32" else 700.0
    unit = functions.UNIT[kind]
    for form, run in forms.items():
        dice = np.random.default_rng(7)
        worst = (0.0, None)
        for n in (2, 3, 8, 16, 17, 33):
            scores = -np.round(dice.uniform(0, span, (4 * ROWS[kind], n)) * 1024) / 1024
            scores[:, n // 2] = 0
            got = run(scores.astype(functions.TYPES[kind])).astype(precise)
            with np.errstate(all="ignore"):
                ratio = got / got[:, n // 2 : n // 2 + 1]
                error = np.abs(ratio / np.exp(scores.astype(precise)) - 1) / unit
            units, place = greatest(error.astype(np.float64).ravel(), [scores.ravel()])
            worst = max(worst, (units, place), key=lambda pair: pair[0])
        found[form] = {"units": worst[0], "at": worst[1]}
    return found


def flushes(kind, operation):
    """Whether numbers below the smallest normal one are taken for zero, by form: constants, inputs, results, and the reciprocals of
    divisors that are given or constant. The last says where division loses all that a quotient has."""
    number = functions.TYPES[kind]
    double = kind == "f64"
    tiny, large = number(2.0 ** (-1040 if double else -130)), number(2.0 ** (200 if double else 40))
    small, huge = number(2.0 ** (-530 if double else -66)), number(2.0 ** (1023 if double else 127))
    found = {"weights": {}, "inputs": {}, "results": {}, "reciprocals": {}}

    def many(value):
        return np.full(33, value, number)

    def ask(what, form, got):
        found[what][form] = bool((got == 0).any())

    for form, run in operation("weight", kind).items():
        ask("weights", form, run(many(large), many(tiny)))
    for form, run in operation("multiply", kind).items():
        ask("inputs", form, run(many(tiny), many(large)))
        ask("results", form, run(many(small), many(small)))
    for form, run in operation("add", kind).items():
        ask("inputs", form, run(many(tiny), many(0)))
    for form, run in operation("matmul", kind).items():
        for what, first, second in (("inputs", tiny, large), ("weights", large, tiny), ("results", small, small)):
            ask(what, f"matmul, {form}", run(np.stack([many(first)] * 4), np.stack([many(second)] * 5, -1)))
    for form, run in operation("divide", kind).items():
        ask("reciprocals", form, run(many(huge), many(huge)))
    for form, run in operation("divisor", kind).items():
        ask("reciprocals", f"constant, {form}", run(many(huge), many(huge)))
    return found


def plain(value):
    """For JSON, which has no infinity."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def main():
    key, folder = sys.argv[1], Path(sys.argv[2])
    runtime = runtimes.load(key)
    out = {"name": runtime.NAME, "versions": runtime.versions()}
    for kind in functions.TYPES:
        if not runtime.operation("exp", kind):
            continue
        out[kind] = {"functions": {}, "sums": {}, "softmax": {}}
        for name in functions.EXACT:
            forms = runtime.operation(name, kind)
            if forms:
                out[kind]["functions"][name] = found = function(name, kind, forms, folder)
                for form, errors in found.items():
                    print(f"{key} {kind} {name} ({form}): {errors}", flush=True)
        for name in ("sum", "dot", "matmul"):
            forms = runtime.operation(name, kind)
            if forms:
                out[kind]["sums"][name] = found = sums(name, kind, forms)
                print(f"{key} {kind} {name}: {found}", flush=True)
        for name in ("softmax", "attention"):
            forms = runtime.operation(name, kind)
            if forms:
                out[kind]["softmax"][name] = found = weights(kind, forms)
                print(f"{key} {kind} {name}: {found}", flush=True)
        out[kind]["flushes"] = flushes(kind, runtime.operation)
        print(f"{key} {kind} flushes: {out[kind]['flushes']}", flush=True)
    (folder / f"{key}.json").write_text(json.dumps(plain(out), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
