"""Random small decoders in PyTorch, exported by both of its exporters, and the logits that PyTorch and ONNX Runtime give.

    python decoders.py FOLDER [--count N] [--seed N]

Writes NAME.onnx and NAME.values and lists them in `decoders.tsv`. A line holds, between tabs: file, what the decoder is, exporter and
operator set, type, the number of sequences, the number of tokens of each, the number of logits, and the oracles. The values are
numbers of 64 bits, little end first: the tokens, then by oracle, by sequence, by step, the logits. The prompt has four digits and the
answer three, so a decode has three steps. The crate `onnx` reads them in its test `differential`.
"""

import argparse
import concurrent.futures
import contextlib
import io
import logging
import math
import multiprocessing
import pathlib
import random
import time
import warnings

import numpy as np
import onnxruntime
import torch
import torch.nn.functional as F
from torch import nn

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

PROMPT, STEPS, SEQUENCES = 4, 3, 12

ACTIVATIONS = {
    "relu": F.relu, "gelu": F.gelu, "gelu-tanh": lambda x: F.gelu(x, approximate="tanh"), "silu": F.silu, "elu": F.elu,
    "softplus": F.softplus, "mish": F.mish, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "leaky": F.leaky_relu,
    "hardswish": F.hardswish, "relu2": lambda x: F.relu(x).square(), "clamp": lambda x: x.clamp(-1.0, 1.5), "abs": torch.abs,
}


def draw(seed):
    """What a decoder is made of."""
    pick = random.Random(seed)
    heads = pick.choice([1, 1, 2, 2, 4])
    size = pick.choice([2, 2, 4])
    return dict(
        heads=heads, groups=pick.choice([g for g in (1, 2, 4) if heads % g == 0]), size=size, width=pick.choice([3, 4, 6, 8]),
        vocabulary=pick.choice([10, 11, 12]), layers=pick.choice([1, 1, 1, 2]), double=pick.random() < 0.25,
        norm=pick.choice(["none", "layer", "layer", "layer-plain", "rms", "rms-written", "rms-written"]), after=pick.random() < 0.2,
        act=pick.choice(sorted(ACTIVATIONS)), gated=pick.random() < 0.4, hidden=pick.choice([2, 5, 8]), bias=pick.random() < 0.5,
        place=pick.choice(["none", "learned", "sinus", "rotary", "rotary-pairs", "alibi"]),
        attention=pick.choice(["causal", "bool", "additive", "filled", "filled", "large", "buffer", "written", "module", "forward"]),
        window=pick.choice([None, None, None, 2, 3]), tied=pick.random() < 0.3, scale=pick.choice([None, None, 0.5, 1.0]),
        qk=pick.choice([None, None, None, "l2", "rms"]), cap=pick.choice([None, None, None, 5.0]),
        last=pick.choice(["all", "all", "row", "slice"]), end=pick.choice(["none", "none", "none", "log_softmax"]),
    )


def turned(x, pairs):
    """Rotary positions, computed as the graph runs."""
    half = x.shape[-1] // 2
    angle = torch.arange(x.shape[2], dtype=x.dtype)[:, None] / 100.0 ** (torch.arange(half, dtype=x.dtype) / half)
    cos, sin = angle.cos(), angle.sin()
    if pairs:
        a, b = x[..., 0::2], x[..., 1::2]
        return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2)
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


class Rms(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


def norm(kind, width):
    return {"none": nn.Identity, "layer": lambda: nn.LayerNorm(width), "layer-plain": lambda: nn.LayerNorm(width, elementwise_affine=False),
            "rms": lambda: nn.RMSNorm(width, eps=1e-5), "rms-written": lambda: Rms(width)}[kind]()


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        heads, groups, size, width = c["heads"], c["groups"], c["size"], c["width"]
        if c["attention"] in ("module", "forward"):
            self.inner = nn.MultiheadAttention(width, 1 if width % 2 else 2, bias=c["bias"], batch_first=True)
        else:
            self.q, self.out = nn.Linear(width, heads * size, c["bias"]), nn.Linear(heads * size, width, c["bias"])
            self.k, self.v = nn.Linear(width, groups * size, c["bias"]), nn.Linear(width, groups * size, c["bias"])
        self.register_buffer("lower", torch.ones(16, 16, dtype=torch.bool).tril(), persistent=False)
        slopes = torch.tensor([2.0 ** (-1 - head) for head in range(heads)])
        self.register_buffer("slopes", slopes, persistent=False)

    def seen(self, length):
        seen = self.lower[:length, :length] if self.c["attention"] == "buffer" else torch.ones(length, length, dtype=torch.bool).tril()
        if self.c["window"]:
            seen = seen & ~torch.ones(length, length, dtype=torch.bool).tril(-self.c["window"])
        return seen

    def forward(self, x):
        c = self.c
        batch, length, _ = x.shape
        hidden = torch.zeros(length, length, dtype=x.dtype).masked_fill(~self.seen(length), -math.inf)
        if c["attention"] == "module":
            return self.inner(x, x, x, attn_mask=hidden, need_weights=False)[0]
        if c["attention"] == "forward":
            inner, y = self.inner, x.transpose(0, 1)
            found = F.multi_head_attention_forward(
                y, y, y, inner.embed_dim, inner.num_heads, inner.in_proj_weight, inner.in_proj_bias, None, None, False, 0.0,
                inner.out_proj.weight, inner.out_proj.bias, training=False, need_weights=False, attn_mask=~self.seen(length))
            return found[0].transpose(0, 1)
        q, k, v = (of(x).view(batch, length, -1, c["size"]).transpose(1, 2) for of in (self.q, self.k, self.v))
        if c["qk"] == "l2":
            q, k = F.normalize(q, dim=-1), F.normalize(k, dim=-1)
        elif c["qk"] == "rms":
            q, k = q * (q * q).mean(-1, True).add(1e-5).rsqrt(), k * (k * k).mean(-1, True).add(1e-5).rsqrt()
        if c["place"].startswith("rotary"):
            q, k = turned(q, c["place"] == "rotary-pairs"), turned(k, c["place"] == "rotary-pairs")
        times = c["heads"] // c["groups"]
        if times > 1:
            k, v = k.repeat_interleave(times, 1), v.repeat_interleave(times, 1)
        bias = 0.0
        if c["place"] == "alibi":
            at = torch.arange(length)
            bias = -self.slopes[:, None, None] * (at[:, None] - at[None, :]).abs().to(x.dtype)
        kind = c["attention"]
        if kind in ("causal", "bool", "additive") and c["cap"] is None:
            mask = hidden + bias if c["place"] == "alibi" or kind == "additive" else self.seen(length)
            if kind == "causal" and c["place"] != "alibi" and not c["window"]:
                found = F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=c["scale"])
            else:
                found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=c["scale"])
        else:
            scores = q @ k.transpose(-1, -2) * (c["scale"] or 1 / math.sqrt(c["size"]))
            if c["cap"]:
                scores = c["cap"] * torch.tanh(scores / c["cap"])
            scores = scores + bias
            if kind == "large":
                scores = scores + (1.0 - self.seen(length).to(x.dtype)) * -1e9
            elif kind == "additive":
                scores = scores + hidden
            else:
                scores = scores.masked_fill(~self.seen(length), -math.inf)
            if kind == "written":
                weights = (scores - scores.amax(-1, keepdim=True)).exp()
                found = weights / weights.sum(-1, keepdim=True) @ v
            else:
                found = scores.softmax(-1) @ v
        return self.out(found.transpose(1, 2).reshape(batch, length, -1))


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c, width, hidden = c, c["width"], c["hidden"]
        self.attention, self.first, self.second = Attention(c), norm(c["norm"], width), norm(c["norm"], width)
        self.up, self.down = nn.Linear(width, hidden, c["bias"]), nn.Linear(hidden, width, c["bias"])
        self.gate = nn.Linear(width, hidden, c["bias"]) if c["gated"] else None
        self.act = ACTIVATIONS[c["act"]]

    def mlp(self, x):
        return self.down(self.act(self.gate(x)) * self.up(x) if self.gate else self.act(self.up(x)))

    def forward(self, x):
        if self.c["after"]:
            x = self.first(x + self.attention(x))
            return self.second(x + self.mlp(x))
        x = x + self.attention(self.first(x))
        return x + self.mlp(self.second(x))


class Decoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c, width = c, c["width"]
        self.tokens = nn.Embedding(c["vocabulary"], width)
        if c["place"] == "learned":
            self.places = nn.Embedding(16, width)
        angles = torch.arange(16)[:, None] / 10.0 ** (torch.arange(width) / width)
        self.register_buffer("sinus", torch.where(torch.arange(width) % 2 == 0, angles.sin(), angles.cos()), persistent=False)
        self.blocks = nn.ModuleList(Block(c) for _ in range(c["layers"]))
        self.norm, self.head = norm(c["norm"], width), nn.Linear(width, c["vocabulary"], bias=c["bias"])
        if c["tied"]:
            self.head.weight = self.tokens.weight

    def forward(self, tokens):
        c = self.c
        x = self.tokens(tokens)
        if c["place"] == "learned":
            x = x + self.places(torch.arange(tokens.shape[1]))
        elif c["place"] == "sinus":
            x = x + self.sinus[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x)
        x = {"all": x, "row": x[:, -1], "slice": x[:, -1:]}[c["last"]]
        x = self.head(self.norm(x))
        return F.log_softmax(x, -1) if c["end"] == "log_softmax" else x


def build(c, seed):
    torch.manual_seed(seed)
    model = Decoder(c).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter) * (0.6 if parameter.dim() > 1 else 0.3) + (parameter.dim() == 1) * parameter)
    return model.double() if c["double"] else model


def export(model, dynamo, opset):
    length = PROMPT + 1
    kind = dict(input_names=["tokens"], output_names=["logits"], dynamo=dynamo, opset_version=opset)
    to = io.BytesIO()
    if dynamo:
        dynamic = [{0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}]
        program = torch.onnx.export(model, (torch.zeros(2, length, dtype=torch.long),), verbose=False, dynamic_shapes=dynamic, **kind)
        return program.model_proto.SerializeToString()
    rows = {0: "batch"} if model.c["last"] == "row" else {0: "batch", 1: "length"}
    axes = {"tokens": {0: "batch", 1: "length"}, "logits": rows}
    torch.onnx.export(model, (torch.zeros(1, length, dtype=torch.long),), to, dynamic_axes=axes, **kind)
    return to.getvalue()


def steps(run, sequences):
    """The last row of logits after each step's tokens."""
    found = []
    for tokens in sequences:
        for step in range(STEPS):
            logits = np.asarray(run(tokens[None, : PROMPT + step]), np.float64)
            found.append(logits.reshape(-1, logits.shape[-1])[-1])
    return np.stack(found)


def in_onnx_runtime(proto):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(proto, options, providers=["CPUExecutionProvider"])
    return lambda tokens: session.run(None, {"tokens": tokens})[0]


def one(job):
    """The exports of one decoder: lines of the two lists."""
    folder, number, seed = job
    torch.set_num_threads(1)
    lines, failed = [], []
    c = draw(seed)
    model = build(c, seed)
    what = " ".join(f"{name}={value}" for name, value in c.items())
    sequences = np.random.default_rng(seed).integers(0, 10, (SEQUENCES, PROMPT + STEPS - 1))
    with torch.no_grad():
        expected = steps(lambda tokens: model(torch.from_numpy(tokens)).numpy(), sequences)
    for dynamo, opset in [(False, 14 + 3 * (number % 2)), (False, 20), (True, 18), (True, 23 + number % 2)]:
        how = f"{'dynamo' if dynamo else 'script'}.{opset}"
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                proto = export(model, dynamo, opset)
        except Exception as error:  # An exporter says in its own ways what it does not export.
            failed.append(f"{number}\t{how}\t{what}\t{type(error).__name__}: {str(error)[:300]}".replace("\n", " "))
            continue
        oracles = {"pytorch": expected}
        try:
            oracles["onnxruntime"] = steps(in_onnx_runtime(proto), sequences)
        except Exception as error:  # ONNX Runtime has not every operator in f64.
            failed.append(f"{number}\t{how}\t{what}\tonnxruntime: {str(error)[:300]}".replace("\n", " "))
        file = f"decoder-{number:04}-{how}"
        (folder / f"{file}.onnx").write_bytes(proto)
        values = [sequences.astype("<f8"), *(array.astype("<f8") for array in oracles.values())]
        (folder / f"{file}.values").write_bytes(b"".join(array.tobytes() for array in values))
        kind = "f64" if c["double"] else "f32"
        lines.append("\t".join([file, what, how, kind, str(SEQUENCES), str(PROMPT + STEPS - 1), str(c["vocabulary"]), "+".join(oracles)]))
    return lines, failed


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--count", type=int, default=24)
    arguments.add_argument("--seed", type=int, default=16)
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for old in [*given.folder.glob("decoder-*"), *given.folder.glob("decoders.tsv"), *given.folder.glob("unexported.tsv")]:
        old.unlink()
    start, lines, failed = time.time(), [], []
    jobs = [(given.folder, number, given.seed * 100_000 + number) for number in range(given.count)]
    with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        for read, not_read in pool.map(one, jobs):
            lines += read
            failed += not_read
    (given.folder / "decoders.tsv").write_text("\n".join(lines) + "\n")
    (given.folder / "unexported.tsv").write_text("\n".join(failed) + "\n")
    print(f"{len(lines)} exports of {given.count} decoders in {time.time() - start:.0f} s; {len(failed)} that an exporter or ONNX Runtime does not take")


if __name__ == "__main__":
    main()
