"""ONNX Runtime on graphs that torch.onnx.export makes of the PyTorch model. `bench.py` starts it."""

import argparse
import logging
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from decode import Decode
from peer_torch import Ops, seed
from workload import Workload, note, pin, report


class Graph(torch.nn.Module):
    """A function of tokens as a module, which is what the exporter takes."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, tokens):
        return self.function(tokens)


def session(function, tokens, threads, free):
    """The session of an exported function; `free` are the axes whose length is not fixed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        shapes = ({axis: torch.export.Dim.AUTO for axis in free},) if free else None
        with torch.no_grad():
            torch.onnx.export(Graph(function).eval(), (torch.from_numpy(tokens),), path, input_names=["tokens"],
                              dynamo=True, dynamic_shapes=shapes, verbose=False)  # fmt: skip
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        found = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda tokens: found.run(None, {"tokens": tokens})[0]


def as_they_are(tokens):
    """ONNX Runtime takes NumPy arrays."""
    return tokens


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=1.0)
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    pin(args.threads)
    work = Workload(args.model, args.seconds)
    version, threads = onnxruntime.__version__, args.threads
    decode = Decode(work.model, Ops, lambda tensor: tensor)

    if threads == 1:
        note("ONNX Runtime, one by one")
        step = session(work.model.forward, work.tokens[:2], 1, (0, 1))

        def stepwise(tokens):
            for _ in range(work.model.answer_length()):
                tokens = np.concatenate([tokens, step(tokens).argmax(-1)[:, None]], 1)
            return tokens[:, -work.model.answer_length() :]

        how = "whole sequence, a call for each token"
        report("ONNX Runtime", version, "one by one", how, 1, 1, work.one_by_one(as_they_are, stepwise))
        run = session(decode.rows, work.tokens[:1], 1, ())
        report("ONNX Runtime", version, "one by one", "KV cache, rows, one graph", 1, 1, work.one_by_one(as_they_are, run))
    for how, function in (("whole sequence", seed(work.model)), ("KV cache, rows", decode.rows)):
        run = session(function, work.tokens[:2], threads, (0,))
        for batch in (1000, 10_000):
            note(f"ONNX Runtime, {how}, batches of {batch}, {threads} threads")
            measured = work.batched(batch, as_they_are, run)
            report("ONNX Runtime", version, "batched", f"{how}, one graph", threads, batch, measured)


if __name__ == "__main__":
    main()
