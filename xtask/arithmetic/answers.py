"""How many of the protocol's 10,010 pairs a model answers wrong in a runtime: `answers.py FOLDER RUNTIME [WAY…]`.

FOLDER is what weights.py wrote. The forward pass is written here once for each runtime, as one writes it there, over whole
sequences and without a cache; the graphs are those of PyTorch's exporters, and NANOADDER.onnx of `nanoadder export`, if it is there.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).parents[1] / "seams"))
import protocol  # noqa: E402

ANSWER = 11


class Weights:
    """The weights as arrays of a runtime: `make` turns a NumPy array into one."""

    def __init__(self, folder, make, table="pytorch"):
        found = np.load(folder / "weights.npz")
        self.heads, self.head_width, self.scale = int(found["heads"]), int(found["head_width"]), float(found["scale"])
        self.embed, self.position = make(found["embed"]), make(found[f"position.{table}"])
        self.maps = {}
        for name in ("query", "key", "value", "output", "up", "down", "head"):
            factors = sorted(key for key in found if key.startswith(f"{name}.") and not key.endswith("bias"))
            bias = found.get(f"{name}.bias")
            self.maps[name] = [make(found[key]) for key in factors], None if bias is None else make(bias)

    def linear(self, x, name):
        factors, bias = self.maps[name]
        for factor in reversed(factors):
            x = x @ factor.T
        return x if bias is None else x + bias

    def logits(self, x, attention, relu):
        """The logits of the last token; `attention(q, k, v)` mixes values, each `[batch, length, heads, head_width]`."""
        batch, length, width = x.shape
        query, key, value = (
            self.linear(x, name).reshape(batch, length, self.heads, self.head_width) for name in ("query", "key", "value")
        )
        x = x + self.linear(attention(query, key, value).reshape(batch, length, width), "output")
        x = x + self.linear(relu(self.linear(x, "up")), "down")
        return self.linear(x[:, -1], "head")


def generate(step, pairs):
    """The wrong answers of `step`, which makes int64 tokens `[batch, length]` to the next token of each."""
    tokens = np.array([[int(digit) for digit in f"{a:010}0{b:010}0"] for a, b in pairs], np.int64)
    for _ in range(ANSWER):
        tokens = np.concatenate([tokens, np.asarray(step(tokens)).reshape(-1, 1).astype(np.int64)], 1)
    sums = (tokens[:, -ANSWER:] * 10 ** np.arange(ANSWER)).sum(1)
    return int((sums != np.array([a + b for a, b in pairs])).sum())


def pytorch(folder):
    import torch
    import torch.nn.functional as F
    from torch.nn.attention import SDPBackend, sdpa_kernel

    torch.set_num_threads(1)

    def way(kind, backend=None):
        weights = Weights(folder, lambda array: torch.from_numpy(array).to(kind))

        def attention(query, key, value):
            split = (array.transpose(1, 2) for array in (query, key, value))
            return F.scaled_dot_product_attention(*split, is_causal=True, scale=weights.scale).transpose(1, 2)

        def step(tokens):
            with torch.no_grad():
                x = weights.embed[torch.from_numpy(tokens)] + weights.position[: tokens.shape[1]]
                return weights.logits(x, attention, F.relu).argmax(-1).numpy()

        def run(tokens):
            if backend is None:
                return step(tokens)
            with sdpa_kernel(backend):
                return step(tokens)

        return run

    return torch.__version__, {
        "f32": lambda: way(torch.float32),
        "f32, MATH": lambda: way(torch.float32, SDPBackend.MATH),
        "f64": lambda: way(torch.float64),
        "bf16": lambda: way(torch.bfloat16),
        "f16": lambda: way(torch.float16),
    }


def _written_out(array_module, softmax, scale, length_of):
    """Attention as matrix products; scores `[batch, heads, length, length]`."""

    def attention(query, key, value):
        query, key, value = (array.swapaxes(1, 2) for array in (query, key, value))
        scores = (query @ key.swapaxes(-1, -2)) * scale
        length = length_of(scores)
        scores = array_module.where(array_module.tril(array_module.ones((length, length))) > 0, scores, -np.inf)
        return (softmax(scores) @ value).swapaxes(1, 2)

    return attention


def numpy(folder):
    def way(kind, table):
        weights = Weights(folder, lambda array: array.astype(kind), table)

        def softmax(scores):
            powers = np.exp(scores - scores.max(-1, keepdims=True))
            return powers / powers.sum(-1, keepdims=True)

        attention = _written_out(np, softmax, kind(weights.scale), lambda scores: scores.shape[-1])

        def step(tokens):
            x = weights.embed[tokens] + weights.position[: tokens.shape[1]]
            return weights.logits(x, attention, lambda x: np.maximum(x, 0)).argmax(-1)

        return step

    return np.__version__, {
        "f32": lambda: way(np.float32, "pytorch"),
        "f32, sines rounded once": lambda: way(np.float32, "rounded"),
        "f64": lambda: way(np.float64, "pytorch"),
    }


def jax(folder):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def way(kind, table="pytorch", written_out=False):
        weights = Weights(folder, lambda array: jnp.asarray(array, kind), table)
        softmax = lambda scores: jax.nn.softmax(scores, axis=-1)
        by_hand = _written_out(jnp, softmax, jnp.asarray(weights.scale, kind), lambda scores: scores.shape[-1])
        operator = lambda q, k, v: jax.nn.dot_product_attention(q, k, v, is_causal=True, scale=weights.scale)

        def step(tokens):
            x = weights.embed[tokens] + weights.position[: tokens.shape[1]]
            return weights.logits(x, by_hand if written_out else operator, jax.nn.relu).argmax(-1)

        return jax.jit(step)

    return jax.__version__, {
        "f32": lambda: way(jnp.float32),
        "f32, attention written out": lambda: way(jnp.float32, written_out=True),
        "f32, sines rounded once": lambda: way(jnp.float32, "rounded"),
        "f64, attention written out": lambda: way(jnp.float64, written_out=True),
        "bf16": lambda: way(jnp.bfloat16),
    }


def mlx(folder):
    import mlx.core as mx

    mx.set_default_device(mx.cpu)

    def way(kind, table="pytorch"):
        weights = Weights(folder, lambda array: mx.array(array).astype(kind), table)

        def attention(query, key, value):
            split = (array.swapaxes(1, 2) for array in (query, key, value))
            return mx.fast.scaled_dot_product_attention(*split, scale=weights.scale, mask="causal").swapaxes(1, 2)

        def step(tokens):
            x = weights.embed[mx.array(tokens)] + weights.position[: tokens.shape[1]]
            return np.array(weights.logits(x, attention, lambda x: mx.maximum(x, 0)).argmax(-1))

        return step

    return mx.__version__, {
        "f32": lambda: way(mx.float32),
        "f32, sines rounded once": lambda: way(mx.float32, "rounded"),
        "bf16": lambda: way(mx.bfloat16),
        "f16": lambda: way(mx.float16),
    }


def tinygrad(folder):
    import importlib.metadata
    import os

    os.environ.setdefault("DEV", "CPU")
    from tinygrad import Tensor, dtypes

    def way(kind, table="pytorch"):
        weights = Weights(folder, lambda array: Tensor(array).cast(kind).realize(), table)

        def attention(query, key, value):
            split = (array.transpose(1, 2) for array in (query, key, value))
            return Tensor.scaled_dot_product_attention(*split, is_causal=True).transpose(1, 2)

        def step(tokens):
            x = weights.embed[Tensor(tokens)] + weights.position[: tokens.shape[1]]
            return weights.logits(x, attention, Tensor.relu).argmax(-1).numpy()

        return step

    return importlib.metadata.version("tinygrad"), {
        "f32": lambda: way(dtypes.float32),
        "f32, sines rounded once": lambda: way(dtypes.float32, "rounded"),
    }


GRAPHS = ("script", "dynamo", "nanoadder")


def _graphs(folder):
    return [name for name in GRAPHS if (folder / f"{name}.onnx").exists()]


def _next(logits):
    """The next token, whether a graph gives the logits of the last position or of all."""
    return (logits[:, -1] if logits.ndim == 3 else logits).argmax(-1)


def onnxruntime(folder):
    import onnxruntime

    levels = onnxruntime.GraphOptimizationLevel

    def way(name, level):
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level, options.intra_op_num_threads = level, 1
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(folder / f"{name}.onnx", options, providers=["CPUExecutionProvider"])
        given = session.get_inputs()[0].name
        return lambda tokens: _next(session.run(None, {given: tokens})[0])

    ways = {}
    for name in _graphs(folder):
        for words, level in (("default", levels.ORT_ENABLE_ALL), ("optimiser off", levels.ORT_DISABLE_ALL)):
            ways[f"{name}, {words}"] = lambda name=name, level=level: way(name, level)
    return onnxruntime.__version__, ways


def openvino(folder):
    import openvino

    def way(name, config):
        core = openvino.Core()
        compiled = core.compile_model(core.read_model(folder / f"{name}.onnx"), "CPU", {**config, "INFERENCE_NUM_THREADS": 1})
        return lambda tokens: _next(np.array(compiled([tokens])[0]))

    ways = {}
    for name in _graphs(folder):
        for words, config in (("f32", {"INFERENCE_PRECISION_HINT": "f32"}), ("default", {})):
            ways[f"{name}, {words}"] = lambda name=name, config=config: way(name, config)
    return openvino.__version__, ways


RUNTIMES = (pytorch, numpy, jax, mlx, tinygrad, onnxruntime, openvino)


def main():
    folder, wanted = Path(sys.argv[1]), sys.argv[3:]
    runtime = {function.__name__: function for function in RUNTIMES}[sys.argv[2]]
    version, ways = runtime(folder)
    pairs = protocol.pairs()
    for name, make in ways.items():
        if wanted and name not in wanted:
            continue
        try:
            wrong = generate(make(), pairs)
        except Exception as error:  # A runtime that cannot run a graph is an answer too.
            print(f"{folder.name}, {runtime.__name__} {version}, {name}: {str(error).splitlines()[0][:150]}", flush=True)
            continue
        print(f"{folder.name}, {runtime.__name__} {version}, {name}: {wrong:,} of {len(pairs):,} wrong", flush=True)


if __name__ == "__main__":
    main()
