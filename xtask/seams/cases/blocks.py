"""Norms, attention and rotations: operators that are blocks of a network."""

import numpy as np

from graphs import By, Case, Made

from .shapes import I
from .sums import UNIT
from .values import INF, NAN, rows


def norms():
    found = []
    flat = np.array([[1, 1, 1], [0, 0, 0], [1e-20, -1e-20, 0], [1e4, 1e4, -1e4], [-0.0, 0.0, 0.0], [3, 3.0000002, 3], [1, 2, 3], [-1, 1, 0], [5, 5, 6], [1e-3, 2e-3, 3e-3]], np.float32)
    wild = np.array([[INF, 1, 2], [NAN, 1, 2], [3e38, 3e38, 1], [1e20, -1e20, 1], [1, 2, 3]] * 2, np.float32)
    for op, opset in [("LayerNormalization", 17), ("RMSNormalization", 23)]:
        for kind in [np.float32, np.float64]:
            for axis in [None, -1, -2, 0, 1, 2]:
                for epsilon in [None, 1e-3, 0.0]:
                    if epsilon is not None and axis is not None:
                        continue
                    given = {} if axis is None else {"axis": axis}
                    given |= {} if epsilon is None else {"epsilon": epsilon}
                    shape = (2, 2, 3)
                    at = -1 if axis is None else axis
                    x = rows(60, shape, kind)
                    weight, bias = rows(61, shape[at:], kind), rows(62, shape[at:], kind)
                    near = {"ulps": 8, "absolute": 64 * UNIT[kind] * 8}
                    more = dict(opset=opset, attributes=given, **near)
                    mark = f"{np.dtype(kind).name}.{axis}.{epsilon}.{opset}"
                    found.append(Case(op, mark + ".a", [By("a", x), weight[0]], **more))
                    found.append(Case(op, mark + ".c", [x[1], weight[0]], **more))
                    if op == "LayerNormalization":
                        found.append(Case(op, mark + ".bias.a", [By("a", x), weight[0], bias[0]], **more))
                        found.append(Case(op, mark + ".bias.ab", [By("a", x), weight[0], By("b", bias)], **more))
                    elif axis is None:
                        found.append(Case(op, mark + ".ab", [By("a", x), By("b", weight)], **more))
            near = {"ulps": 8, "absolute": 2.0**-18}
            more = dict(opset=opset, **near)
            one = np.ones(3, np.float32)
        for stash in [1, 11]:
            found.append(Case(op, f"stash{stash}.{opset}", [By("a", rows(63, (3,))), one], opset=opset, attributes={"stash_type": stash}, **near))
        found.append(Case(op, f"flat.{opset}", [By("a", flat), one], **more))
        found.append(Case(op, f"flat.c.{opset}", [flat, one], **more))
        found.append(Case(op, f"wild.{opset}", [By("a", wild), one], **more))
        found.append(Case(op, f"zero.{opset}", [By("a", wild), np.zeros(3, np.float32)], **more))
        made = Made("Div", By("a", flat), np.array([1, 0, 1], np.float32))
        found.append(Case(op, f"quotient.{opset}", [made, one], **more))
    for take in [1, 2]:
        found.append(Case("LayerNormalization", f"output{take}.17", [By("a", rows(63, (2, 3))), np.ones(3, np.float32)], opset=17, outputs=3, take=take,
                          ulps=8, absolute=2.0**-18))
    for p in [None, 1, 2]:
        for axis in [None, 0, 1, -1]:
            given = {} if p is None else {"p": p}
            given |= {} if axis is None else {"axis": axis}
            near = {"ulps": 8, "absolute": 0.0}
            found.append(Case("LpNormalization", f"{p}.{axis}.a.1", [By("a", rows(64, (2, 3)))], opset=7, attributes=given, **near))
            found.append(Case("LpNormalization", f"{p}.{axis}.c.22", [rows(64, (2, 3), np.float64)[3]], opset=22, attributes=given, **near))
    found.append(Case("LpNormalization", "zeros.22", [By("a", flat)], opset=22, ulps=8, absolute=1e-6))
    return found


def attentions():
    found = []
    for opset in [23, 24]:
        for kind in [np.float32, np.float64]:
            # ONNX Runtime takes the root of the scale in f32, whatever the type.
            near = {"ulps": 16, "absolute": 256 * UNIT[kind] if kind == np.float32 else 2.0**-22}
            q, k, v = rows(70, (1, 2, 3, 4), kind, 1.0), rows(71, (1, 2, 3, 4), kind, 1.0), rows(72, (1, 2, 3, 2), kind, 1.0)
            flat_q, flat_k, flat_v = (rows(73 + at, (1, 3, 4), kind, 1.0) for at in range(3))
            grouped_q, grouped_k, grouped_v = rows(76, (1, 4, 2, 2), kind, 1.0), rows(77, (1, 2, 2, 2), kind, 1.0), rows(78, (1, 2, 2, 2), kind, 1.0)

            def case(name, inputs, **given):
                mark = f"{np.dtype(kind).name}.{name}.{opset}"
                outputs, take = given.pop("outputs", 1), given.pop("take", 0)
                found.append(Case("Attention", mark, inputs, opset=opset, attributes=given, outputs=outputs, take=take, **near))

            for mode, (x, y, z) in {"c": (q[0], k[1], v[2]), "a": (By("a", q), k[1], v[2]), "abb": (By("a", q), By("b", k), By("b", v))}.items():
                case(f"plain.{mode}", [x, y, z])
                case(f"causal.{mode}", [x, y, z], is_causal=1)
                case(f"scale.{mode}", [x, y, z], scale=0.3)
                case(f"softcap.{mode}", [x, y, z], softcap=1.5)
            if opset == 24 and kind == np.float64:
                continue
            case("scale0", [By("a", q), k[1], v[2]], scale=0.0)
            case("scale.negative", [By("a", q), k[1], v[2]], scale=-0.5)
            case("flat", [By("a", flat_q), By("b", flat_k), flat_v[0]], q_num_heads=2, kv_num_heads=2)
            case("flat.grouped", [By("a", flat_q), By("b", flat_k[..., :2]), flat_v[0][..., :2]], q_num_heads=2, kv_num_heads=1)
            case("grouped", [By("a", grouped_q), By("b", grouped_k), grouped_v[0]])
            case("fewer", [By("a", q[:, :, :, :2, :]), By("b", k), v[0]])
            case("fewer.causal", [By("a", q[:, :, :, :2, :]), By("b", k), v[0]], is_causal=1)
            bias = rows(79, (3, 3), kind, 1.0)[0]
            hidden = np.array([[0, -INF, -INF], [0, 0, -INF], [0, 0, 0]], kind)
            truth = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1]], np.bool_)
            none = np.array([[1, 0, 0], [0, 0, 0], [1, 1, 1]], np.bool_)
            bare = np.array([[0, -INF, -INF], [-INF, -INF, -INF], [0, 0, 0]], kind)
            case("bias", [By("a", q), By("b", k), v[0], bias])
            case("mask.infinite", [By("a", q), By("b", k), v[0], hidden])
            case("mask.truth", [By("a", q), By("b", k), v[0], truth])
            case("mask.large", [By("a", q), By("b", k), v[0], np.where(truth, 0, -1e9).astype(kind)])
            case("mask.none", [By("a", q), By("b", k), v[0], none])
            case("mask.bare", [By("a", q), By("b", k), v[0], bare])
            case("mask.none.c", [q[0], k[0], v[0], none])
            case("mask.causal", [By("a", q), By("b", k), v[0], truth.T], is_causal=1)
            case("mask.heads", [By("a", q), By("b", k), v[0], rows(80, (1, 2, 3, 3), kind, 1.0)[0]])
            case("mask.token", [By("a", q), k[1], v[0], By("b", rows(79, (3, 3), kind, 1.0))])
            case("bias.softcap", [By("a", q), By("b", k), v[0], bias], softcap=2.0)
            case("bias.softcap.causal", [By("a", q), By("b", k), v[0], bias], softcap=2.0, is_causal=1)
            for precision in [1, 11, 10]:
                case(f"precision{precision}", [By("a", q), By("b", k), v[0]], softmax_precision=precision)
            for mode in [0, 1, 2, 3]:
                case(f"scores{mode}", [By("a", q), By("b", k), v[0], bias], qk_matmul_output_mode=mode, outputs=4, take=3)
            past_k, past_v = rows(81, (1, 2, 2, 4), kind, 1.0)[0], rows(82, (1, 2, 2, 2), kind, 1.0)[0]
            case("past", [By("a", q), By("b", k), v[0], None, past_k, past_v], outputs=3)
            if opset == 24:
                case("nonpad", [By("a", q), By("b", k), v[0], None, None, None, I([2])])
                case("nonpad.all", [By("a", q), By("b", k), v[0], None, None, None, I([3])])
    wild = rows(83, (1, 1, 2, 2), np.float32, 1.0)
    wild[3, 0, 0, 1, 0] = INF
    wild[4, 0, 0, 0, 1] = NAN
    found.append(Case("Attention", "wild.23", [wild[0], wild[1], By("a", wild)], opset=23, ulps=16, absolute=1e-5))
    found.append(Case("Attention", "wild.masked.23", [wild[0], wild[1], By("a", wild), np.array([[1, 0], [0, 1]], np.bool_)], opset=23, ulps=16, absolute=1e-5))
    return found


def rotations():
    found = []
    for kind in [np.float32, np.float64]:
        angles = np.outer(np.arange(5), [1.0, 0.1])
        cos, sin = np.cos(angles).astype(kind), np.sin(angles).astype(kind)
        near = {"ulps": 2, "absolute": 16 * UNIT[kind]}
        x, flat = rows(90, (1, 2, 3, 4), kind, 1.0), rows(91, (1, 3, 8), kind, 1.0)

        def case(name, inputs, **given):
            found.append(Case("RotaryEmbedding", f"{np.dtype(kind).name}.{name}.23", inputs, opset=23, attributes=given, **near))

        for interleaved in [0, 1]:
            case(f"heads.{interleaved}", [By("a", x), cos, sin, I([[0, 1, 2]])], interleaved=interleaved)
            case(f"heads.{interleaved}.c", [x[0], cos, sin, I([[0, 1, 2]])], interleaved=interleaved)
            case(f"flat.{interleaved}", [By("a", flat), cos, sin, I([[4, 0, 2]])], interleaved=interleaved, num_heads=2)
            case(f"batch.{interleaved}", [By("a", x), cos[None, :3], sin[None, :3]], interleaved=interleaved)
            case(f"part.{interleaved}", [By("a", x), cos[:, :1], sin[:, :1], I([[0, 1, 2]])], interleaved=interleaved, rotary_embedding_dim=2)
        case("all.0", [By("a", x), cos, sin, I([[0, 1, 2]])], rotary_embedding_dim=4)
        two = rows(92, (2, 1, 2, 4), kind, 1.0)
        case("batches", [By("a", two), np.stack([cos[:2], cos[2:4]]), np.stack([sin[:2], sin[2:4]])])
        case("batches.ids", [By("a", two), cos, sin, I([[0, 1], [3, 2]])])
        case("far", [By("a", x), cos, sin, I([[0, 1, 7]])])
    return found


def cases():
    return norms() + attentions() + rotations()
