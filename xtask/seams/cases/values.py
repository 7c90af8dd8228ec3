"""The numbers that operators are tried on."""

import numpy as np

NAN, INF = float("nan"), float("inf")

# Ordinary numbers, ten of each.
PLAIN = [0.3, -0.7, 1.9, 2.25, -3.6, 7.1, -12.5, 0.01, 20.3, -0.0625]
OTHER = [1.0, -2.0, 0.125, 3.7, -0.4, 11.0, -6.3, 0.9, 5.5, -1.2]
# Zeros of both signs, halves, whole numbers.
TIES = [0.0, -0.0, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 1.0, -1.0]


def huge(dtype):
    """Numbers at the ends of a type's range."""
    about = np.finfo(dtype)
    tiny = float(about.smallest_subnormal)
    most = float(about.max)
    normal = float(about.tiny)
    return [most, -most, most / 3, normal, -normal, normal / 8, tiny, -3 * tiny, float(about.eps), most / 2]


# With what is no number.
WILD = [NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 2.5, -0.5, 88.0]

# What a mask adds.
HIDDEN = [-INF, 0.0, -INF, 1.0, -1.0, 2.5, -0.5, -30000.0, 0.25, -INF]

# As WILD, made of quotients of finite numbers: 1/0, -1/0, 0/0, 0/-1, …
OVER = [1.0, -1.0, 0.0, 0.0, 1.0, -3.0, 5.0, 1e-20, 2.0, -7.0]
UNDER = [0.0, 0.0, 0.0, -1.0, -0.0, 2.0, 2.0, 1e25, 1.0, 2.0]


def floats(name, dtype):
    lists = {"plain": PLAIN, "other": OTHER, "ties": TIES, "wild": WILD, "hidden": HIDDEN, "over": OVER, "under": UNDER}
    with np.errstate(all="ignore"):
        return np.array(huge(dtype) if name == "huge" else lists[name], dtype)


FLOATS = [np.float32, np.float64]
INTS = [np.int64, np.int32, np.int16, np.int8, np.uint8]


def ints(dtype):
    """Small integers and the ends of the type."""
    about = np.iinfo(dtype)
    small = [0, 1, 2, 3, 7, 10] + ([-1, -2, -7] if about.min < 0 else [5, 200, 100])
    return np.array([*small, about.max], dtype)


def ends(dtype):
    about = np.iinfo(dtype)
    return np.array([about.max, about.min, about.max - 1, 1, 2, 3, about.max // 2, about.min // 2, 0, 5], dtype)


def short(dtype):
    return {"float32": "f32", "float64": "f64", "int64": "i64", "int32": "i32", "int16": "i16", "int8": "i8",
            "uint8": "u8", "bool": "bool"}[np.dtype(dtype).name]


def rows(seed, shape, dtype=np.float32, scale=2.0):
    """A table of ten rows of ordinary numbers with few digits, so that products of them are exact in f64."""
    draw = np.random.default_rng(seed)
    return (np.round(draw.normal(0, scale, (10, *shape)) * 64) / 64).astype(dtype)
