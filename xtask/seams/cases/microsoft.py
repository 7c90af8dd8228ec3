"""Operators of ONNX Runtime, which alone computes them."""

import numpy as np

from graphs import By, Case

from .shapes import I
from .sums import UNIT, sums
from .values import INF, NAN, floats, rows

DOMAIN = "com.microsoft"


def gates():
    found = []
    for op in ["Gelu", "FastGelu", "QuickGelu"]:
        for value in ["plain", "ties", "huge", "wild"]:
            x = floats(value, np.float32)
            near = {"ulps": 16, "absolute": 2.0**-19}
            found.append(Case(op, f"{value}.c", [x], domain=DOMAIN, **near))
            found.append(Case(op, f"{value}.a", [By("a", x[:, None])], domain=DOMAIN, **near))
    near = {"ulps": 16, "absolute": 2.0**-19}
    x, bias = rows(100, (2, 3)), rows(101, (3,))
    for alpha in [1.0, 0.5, -1.0]:
        found.append(Case("QuickGelu", f"alpha{alpha}", [By("a", x)], domain=DOMAIN, attributes={"alpha": alpha}, **near))
    found.append(Case("FastGelu", "bias", [By("a", x), bias[0]], domain=DOMAIN, **near))
    found.append(Case("FastGelu", "bias.b", [By("a", x), By("b", bias)], domain=DOMAIN, **near))
    found.append(Case("BiasGelu", "bias", [By("a", x), bias[0]], domain=DOMAIN, **near))
    found.append(Case("BiasGelu", "bias.b", [By("a", x), By("b", bias)], domain=DOMAIN, **near))
    return found


def products():
    found = []
    for name, left, right, given in [
        ("plain", (2, 3), (3, 2), {}), ("alpha", (2, 3), (3, 2), {"alpha": 0.5}), ("transA", (3, 2), (3, 2), {"transA": 1}),
        ("transB", (2, 3), (2, 3), {"transB": 1}), ("both", (3, 2), (2, 3), {"transA": 1, "transB": 1, "alpha": 2.0}),
        ("batch", (2, 2, 3), (2, 3, 2), {}), ("batchA", (2, 2, 3), (2, 3, 2), {"transBatchA": 1}), ("batchB", (2, 2, 3), (2, 2, 3), {"transBatchB": 1, "transB": 1}),
        ("batchAB", (2, 3, 2), (3, 2, 2), {"transBatchA": 1, "transBatchB": 0, "transA": 1}),
        ("spread", (2, 2, 3), (3, 2), {"alpha": -1.0}), ("vectorA", (3,), (3, 2), {"transA": 1}), ("vectorB", (2, 3), (3,), {"transB": 1}),
    ]:
        x, y = rows(102, left), rows(103, right)
        found.append(Case("FusedMatMul", name + ".ab", [By("a", x), By("b", y)], domain=DOMAIN, attributes=given, **sums(np.float32, 60.0, 4)))
        found.append(Case("FusedMatMul", name + ".ac", [By("a", x), y[1]], domain=DOMAIN, attributes=given, **sums(np.float32, 60.0, 4)))
    return found


def norms():
    found = []
    x, skip, weight, bias = rows(110, (1, 2, 4)), rows(111, (1, 2, 4)), rows(112, (4,))[0], rows(113, (4,))
    near = {"ulps": 16, "absolute": 2.0**-17}
    for epsilon in [None, 1e-3]:
        given = {} if epsilon is None else {"epsilon": epsilon}

        def case(op, name, inputs, outputs=1, take=0, domain=DOMAIN, **more):
            found.append(Case(op, f"{name}.{epsilon}", inputs, domain=domain, attributes={**given, **more}, outputs=outputs, take=take, **near))

        case("SkipLayerNormalization", "plain", [By("a", x), By("b", skip), weight])
        case("SkipLayerNormalization", "beta", [By("a", x), By("b", skip), weight, bias[0]])
        case("SkipLayerNormalization", "bias", [By("a", x), By("b", skip), weight, bias[0], bias[1]])
        case("SkipLayerNormalization", "sum", [By("a", x), By("b", skip), weight, bias[0], bias[1]], 4, 3)
        case("SkipLayerNormalization", "small", [By("a", x * np.float32(1e-6)), By("b", skip * np.float32(1e-6)), weight])
        case("SkipSimplifiedLayerNormalization", "plain", [By("a", x), By("b", skip), weight])
        case("SkipSimplifiedLayerNormalization", "small", [By("a", x * np.float32(1e-6)), By("b", skip * np.float32(1e-6)), weight])
        case("SkipSimplifiedLayerNormalization", "bias", [By("a", x), By("b", skip), weight, bias[0]])
        case("SkipSimplifiedLayerNormalization", "sum", [By("a", x), By("b", skip), weight], 4, 3)
        case("SimplifiedLayerNormalization", "plain", [By("a", x), weight], domain="")
        case("SimplifiedLayerNormalization", "axis", [By("a", x), rows(112, (2, 4))[0]], domain="", axis=1)
        case("SimplifiedLayerNormalization", "small", [By("a", x * np.float32(1e-6)), weight], domain="")
    flat = np.zeros((10, 1, 2, 4), np.float32)
    found.append(Case("SkipLayerNormalization", "flat", [By("a", flat), By("b", flat), weight], domain=DOMAIN, **near))
    return found


def rotations():
    found = []
    angles = np.outer(np.arange(5), [1.0, 0.1]).astype(np.float32)
    cos, sin = np.cos(angles), np.sin(angles)
    x, flat = rows(120, (1, 2, 3, 4), np.float32, 1.0), rows(121, (1, 3, 8), np.float32, 1.0)
    near = {"ulps": 4, "absolute": 2.0**-20}
    for interleaved in [0, 1]:
        for name, places in [("list", I([[0, 2, 1]])), ("offset", I([1]))]:
            given = {"interleaved": interleaved}
            found.append(Case("RotaryEmbedding", f"heads.{name}.{interleaved}", [By("a", x), places, cos, sin], domain=DOMAIN, attributes=given, **near))
            found.append(Case("RotaryEmbedding", f"flat.{name}.{interleaved}", [By("a", flat), places, cos, sin], domain=DOMAIN, attributes=given, **near))
            found.append(Case("RotaryEmbedding", f"scale.{name}.{interleaved}", [By("a", x), places, cos, sin], domain=DOMAIN,
                              attributes={**given, "scale": 2.0}, **near))
            found.append(Case("RotaryEmbedding", f"part.{name}.{interleaved}", [By("a", flat), places, cos[:, :1], sin[:, :1]], domain=DOMAIN,
                              attributes={**given, "num_heads": 2, "rotary_embedding_dim": 2}, **near))
    return found


def attentions():
    """Refused, with the export that helps."""
    found = []
    q = rows(130, (1, 3, 4), np.float32, 1.0)
    found.append(Case("MultiHeadAttention", "plain", [By("a", q), q[1], q[2]], domain=DOMAIN, attributes={"num_heads": 2}, ulps=16, absolute=1e-5))
    weight, bias = rows(131, (4, 12), np.float32, 1.0)[0], np.zeros(12, np.float32)
    found.append(Case("Attention", "microsoft", [By("a", q), weight, bias], domain=DOMAIN, attributes={"num_heads": 2}, ulps=16, absolute=1e-5))
    return found


def cases():
    return gates() + products() + norms() + rotations() + attentions()
