"""Writes golden logits of zoo models, made by PyTorch: `cargo xtask parity` runs this.

For each model a CSV with one line for each step of each pair: the operands, the step, PyTorch's token, how far rounding can
move a logit there (eight units in the last place on each score), whether its margin is larger than what rounding
can do to it, and the logits.

Where PyTorch answers pairs of the protocol wrong, NAME.answers.csv lists them with what it answers.
"""

import argparse
import csv
import random
from pathlib import Path

import torch

from model import Model
from pairs import EDGE, pairs

def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder to write to")
    parser.add_argument("models", type=Path, nargs="+", help="model files")
    parser.add_argument("--pairs", type=int, default=200)
    args = parser.parse_args()
    torch.set_num_threads(1)
    stream = random.Random(2025)
    protocol = EDGE + [(stream.randint(0, 9999999999), stream.randint(0, 9999999999)) for _ in range(10000)]
    for path in args.models:
        model = Model(path)
        cases = pairs(args.pairs)
        steps, tokens = model.generate(cases)
        with open(args.out / f"{model.name}.csv", "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["a", "b", "step", "token", "rounding", "decided"] + [f"logit{i}" for i in range(model.vocab)])
            for index, (a, b) in enumerate(cases):
                for step, (logits, rounding, decided) in enumerate(steps):
                    row = [f"{value:.9g}" for value in logits[index].tolist()]
                    token = tokens[index, step].item()
                    writer.writerow([a, b, step, token, f"{rounding[index].item():.3g}", int(decided[index])] + row)
        wrong = [(a, b, got) for got, (a, b) in zip(model.sums(protocol), protocol) if got != a + b]
        if wrong:
            with open(args.out / f"{model.name}.answers.csv", "w", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([("a", "b", "answer"), *wrong])
        print(f"{model.name}: {len(cases)} pairs written; PyTorch {torch.__version__} misses {len(wrong)} of {len(protocol)}")


if __name__ == "__main__":
    main()
