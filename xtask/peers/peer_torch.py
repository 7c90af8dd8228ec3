"""PyTorch: eager as the seed runs, eager with a KV cache, torch.compile of the whole decode. `bench.py` starts it."""

import argparse
import time

import torch

from decode import Decode
from workload import Workload, note, pin, report


class Ops:
    """What `Decode` needs of PyTorch."""

    cat = staticmethod(torch.cat)
    einsum = staticmethod(torch.einsum)
    exp = staticmethod(torch.exp)
    maximum = staticmethod(torch.maximum)
    argmax = staticmethod(torch.argmax)
    relu = staticmethod(torch.relu)

    @staticmethod
    def take(table, tokens):
        return table[tokens]

    @staticmethod
    def take_columns(table, tokens):
        return table.T[:, tokens]

    @staticmethod
    def last(x):
        return x.permute(0, 2, 3, 1)

    @staticmethod
    def greatest(x):
        return x.amax(-1, keepdim=True)

    @staticmethod
    def stack(parts):
        return torch.stack(parts, 1)

    @staticmethod
    def keep(x):
        return x


def seed(model):
    """The seed's decode: the whole sequence again for each token, no KV cache."""

    def run(tokens):
        for _ in range(model.answer_length()):
            tokens = torch.cat([tokens, model.forward(tokens).argmax(-1, keepdim=True)], 1)
        return tokens[:, -model.answer_length() :]

    return run


def compiled(work, decode, threads):
    """torch.compile of the decode, a batch of 1,000 on one thread, of 10,000 on all, where there is enough to share."""
    batch = 1000 if threads == 1 else 10_000
    note(f"torch.compile for {threads} threads: a minute or two the first time, which is not measured")
    run, start = torch.compile(decode.columns, dynamic=False), time.perf_counter()
    try:
        run(torch.from_numpy(work.tokens[:batch]))
    except Exception as error:  # Whatever is missing here, a compiler mostly, the other peers still run.
        note(f"torch.compile is left out, it cannot compile here: {str(error).splitlines()[0]}")
        return
    note(f"torch.compile took {time.perf_counter() - start:.0f} s")
    pin(threads)
    measured = work.batched(batch, torch.from_numpy, run)
    report("PyTorch compile", torch.__version__, "batched", "KV cache, columns", threads, batch, measured)


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--compile", action="store_true")
    args = parser.parse_args()
    threads, version = args.threads, torch.__version__
    torch.set_num_threads(threads)
    work = Workload(args.model, args.seconds)
    decode = Decode(work.model, Ops, lambda tensor: tensor)
    if args.compile:
        return compiled(work, decode, threads)
    pin(threads)
    ways = (("PyTorch eager", "whole sequence", seed(work.model)), ("PyTorch eager, KV cache", "rows", decode.rows))
    for engine, how, run in ways:
        if threads == 1:
            note(f"{engine}, one by one")
            report(engine, version, "one by one", how, 1, 1, work.one_by_one(torch.from_numpy, run))
        for batch in (1000, 10_000):
            note(f"{engine}, batches of {batch}, {threads} threads")
            report(engine, version, "batched", how, threads, batch, work.batched(batch, torch.from_numpy, run))


if __name__ == "__main__":
    main()
