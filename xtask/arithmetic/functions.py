"""The functions that are measured: their arguments, their exact values, and what an error is measured against.

For f32 the exact values are those of NumPy and libm in float64, which are a 2^28th of a unit off; for f64 they come from mpmath
with 100 bits, as a float64 and what is left of it.
"""

import math

import numpy as np

TYPES = {"f32": np.float32, "f64": np.float64}
# Half the distance from 1 to the next number: the unit of everything here.
UNIT = {"f32": 2.0**-24, "f64": 2.0**-53}
LEAST_NORMAL = {"f32": 2.0**-126, "f64": 2.0**-1022}
# So many arguments of each kind.
COUNT = {"f32": 1 << 20, "f64": 1 << 13}


def _split(function):
    """A function of mpmath as one of arrays: its value as a float64, and what is left."""
    import mpmath

    mpmath.mp.prec = 100

    def values(*arguments):
        high, low = np.empty(arguments[0].shape), np.empty(arguments[0].shape)
        for index, point in enumerate(zip(*(array.tolist() for array in arguments))):
            value = function(mpmath, *map(mpmath.mpf, point))
            high[index] = float(value)
            low[index] = float(value - high[index]) if math.isfinite(high[index]) else 0.0
        return high, low

    return values


def _erf(x):
    return np.fromiter(map(math.erf, x.tolist()), np.float64, len(x))


def _erfc(x):
    return np.fromiter(map(math.erfc, x.tolist()), np.float64, len(x))


def _sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, 1.0) / (1.0 + small)


INNER = math.sqrt(2 / math.pi)


def _precise_sigmoid(m, x):
    return 1 / (1 + m.exp(-x))


def _precise_gelu_tanh(m, x):
    return x * _precise_sigmoid(m, 2 * m.sqrt(2 / m.pi) * (x + m.mpf(44715) / 1000000 * x**3))


# Name: exact in float64, exact in mpmath.
EXACT = {
    "exp": (np.exp, lambda m, x: m.exp(x)),
    "log": (np.log, lambda m, x: m.log(x)),
    "tanh": (np.tanh, lambda m, x: m.tanh(x)),
    "erf": (_erf, lambda m, x: m.erf(x)),
    "sigmoid": (_sigmoid, _precise_sigmoid),
    "silu": (lambda x: x * _sigmoid(x), lambda m, x: x * _precise_sigmoid(m, x)),
    "gelu": (lambda x: 0.5 * x * _erfc(-x / math.sqrt(2)), lambda m, x: x / 2 * m.erfc(-x / m.sqrt(2))),
    "gelu-tanh": (lambda x: x * _sigmoid(2 * INNER * (x + 0.044715 * x * x * x)), _precise_gelu_tanh),
    "softplus": (
        lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
        lambda m, x: max(x, 0) + m.log1p(m.exp(-abs(x))),
    ),
    "sqrt": (np.sqrt, lambda m, x: m.sqrt(x)),
    "rsqrt": (lambda x: 1 / np.sqrt(x), lambda m, x: 1 / m.sqrt(x)),
    "divide": (lambda x, y: x / y, lambda m, x, y: x / y),
}

# What the bounds of the prover measure an error against: how that is written, and as a function of the argument and the exact
# value. See crates/num/src/affine.
ONE = ("1", lambda x, f: np.ones_like(f))
VALUE = ("|f(x)|", lambda x, f: np.abs(f))
ARGUMENT = ("|x|", lambda x, f: np.abs(x))
SOFTPLUS = ("|f(x)| + 1/2", lambda x, f: np.abs(f) + 0.5)
BOTH = ("|x| + |f(x)| / 2", lambda x, f: np.abs(x) + np.abs(f) / 2)
AGAINST = {
    "exp": VALUE,
    "log": VALUE,
    "tanh": ONE,
    "erf": ONE,
    "sigmoid": ONE,
    "silu": ARGUMENT,
    "gelu": BOTH,
    "gelu-tanh": BOTH,
    "softplus": SOFTPLUS,
    "sqrt": VALUE,
    "rsqrt": VALUE,
    "divide": VALUE,
}


def forgiven(name, kind, x):
    """What the bounds add to an error whatever it is measured against.

    A result may lose what lies below the smallest normal number; so may a reciprocal that is then multiplied by. Where the
    exponential overflows, SiLU is zero. From 20 on softplus may be its argument.
    """
    least = LEAST_NORMAL[kind]
    if name == "divide":
        return (1 + np.abs(x)) * least
    if name == "silu":
        return np.where(x < -80, 1024 * least, least)
    if name == "softplus":
        return np.where(x >= 20, 1.001 * math.exp(-20), least)
    return least


def _even(dice, low, high, count):
    return dice.uniform(low, high, count)


def _magnitudes(dice, low, high, count, signs):
    """Every power of two from `low` to `high` alike."""
    value = np.exp2(dice.uniform(math.log2(low), math.log2(high), count))
    return value * dice.choice((-1.0, 1.0), count) if signs else value


def arguments(name, kind):
    """The arguments of a function, as arrays of the type `kind`."""
    dice = np.random.default_rng(16)
    count, least = COUNT[kind], LEAST_NORMAL[kind]
    double = kind == "f64"
    # The least argument whose exponential is not zero, and the greatest whose exponential is finite.
    bottom, top = (-745.2, 709.78) if double else (-104.0, 88.72)
    greatest = np.finfo(TYPES[kind]).max
    if name == "divide":
        first = _magnitudes(dice, least, greatest, count, True)
        # The quotients are spread like the operands, and none overflows.
        quotient = _magnitudes(dice, least, greatest / 4, count, True)
        with np.errstate(over="ignore", under="ignore"):
            second = first / quotient
            near = (_even(dice, 1, 2, count), _even(dice, 1, 2, count))
            pairs = [np.concatenate((first, near[0])), np.concatenate((second, near[1]))]
            pairs = [array.astype(TYPES[kind]) for array in pairs]
        # A divisor whose reciprocal is no normal number is asked about by itself (measure.flushes).
        keep = (np.abs(pairs[1]) >= least) & (np.abs(pairs[1]) <= 1 / least)
        return [array[keep] for array in pairs]
    if name in ("log", "sqrt", "rsqrt"):
        parts = [_magnitudes(dice, least, greatest, count, False), _even(dice, 0.25, 4, count)]
    elif name == "exp":
        parts = [
            _even(dice, bottom, top, 2 * count),
            _magnitudes(dice, least, -bottom, count, True),
            # Where results begin to be lost, and where they end.
            _even(dice, bottom * 0.85, bottom * 0.83, count // 4),
            _even(dice, top * 0.99, top, count // 4),
        ]
    else:
        # Sigmoid and its like change where exponentials are lost, hyperbolic functions where they reach 1.
        parts = [
            _even(dice, bottom, top, count),
            _even(dice, -20, 20, count),
            _even(dice, -1, 1, count),
            _magnitudes(dice, least, 1e4, count, True),
        ]
    x = np.concatenate(parts).astype(TYPES[kind])
    if name in ("exp",):
        x = x[x <= top]
    if name in ("silu", "gelu", "gelu-tanh"):
        # Their results may be tiny where the argument is; the cubes of the greatest arguments are finite.
        x = x[np.abs(x) < 1e4]
    return [x]


def exact(name, kind, values):
    """The exact values as a float64 and what is left of them, zero for f32."""
    single, precise = EXACT[name]
    if kind == "f64":
        return _split(precise)(*values)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        high = single(*(array.astype(np.float64) for array in values))
    return high, np.zeros(1)
