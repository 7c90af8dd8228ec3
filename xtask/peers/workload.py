"""What every peer is asked and how it is timed: the protocol's pairs, checked answers, the best round.

Peers are timed from the tokens of the prompts to the tokens of the answers; making tokens of integers and back is not counted
against them, though nanoadder's own figures include it. nanoadder's rates come from its `bench`, which times random pairs of
its own; its answers to these pairs are counted by its `check`.
"""

import itertools
import json
import os
import random
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "parity"))

from model import Model  # noqa: E402

PAIRS = 10_000
SEED = 2025
ONE_BY_ONE_ROUND = 50


def all_cores():
    """The number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def pin(threads):
    """Keeps this process on one core if it is to use one thread, so that no hidden pool helps."""
    if threads == 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


class Workload:
    """The model, the prompts as tokens, and how to check and time answers."""

    def __init__(self, path, seconds):
        self.model = Model(path)
        self.seconds = seconds
        task = self.model.spec["task"]
        digits = next(int(part.split("}")[0]) for part in task["prompt"].split(":0>")[1:])
        dice = random.Random(SEED)
        greatest = 10**digits - 1
        pairs = [(dice.randint(0, greatest), dice.randint(0, greatest)) for _ in range(PAIRS)]
        self.tokens = np.array([self.model.prompt(a, b) for a, b in pairs], dtype=np.int64)
        self.sums = np.array([a + b for a, b in pairs], dtype=np.int64)
        self.powers = 10 ** np.arange(self.model.answer_length())
        if task["answer"].startswith("most-first"):
            self.powers = self.powers[::-1]

    def wrong(self, answers):
        """How many of the answers, [pairs, digits], are not the sums."""
        return int(((np.concatenate(answers).astype(np.int64) * self.powers).sum(1) != self.sums).sum())

    def batched(self, batch, put, run, wait=lambda answers: answers):
        """The best batch of many, after a pass over all pairs whose answers are checked.

        `put` makes an input, `run` starts a batch, `wait` waits for it. A round is one batch and no more: where others use the
        machine too, a short round has a chance to meet none of them, and nanoadder's rounds are shorter still.
        """
        inputs = [put(self.tokens[i : i + batch]) for i in range(0, PAIRS, batch)]
        wrong = self.wrong([np.asarray(run(tokens)) for tokens in inputs])
        best, start = float("inf"), time.perf_counter()
        for tokens in itertools.cycle(inputs):
            begin = time.perf_counter()
            wait(run(tokens))
            end = time.perf_counter()
            best = min(best, end - begin)
            if end - start >= self.seconds:
                return batch / best, wrong

    def one_by_one(self, put, run):
        """The best round of 50 single additions; all pairs are added and checked."""
        inputs = [put(self.tokens[i : i + 1]) for i in range(PAIRS)]
        for tokens in inputs[:20]:
            run(tokens)
        best, answers = float("inf"), []
        for i in range(0, PAIRS, ONE_BY_ONE_ROUND):
            begin = time.perf_counter()
            answers += [np.asarray(run(tokens)) for tokens in inputs[i : i + ONE_BY_ONE_ROUND]]
            best = min(best, time.perf_counter() - begin)
        return ONE_BY_ONE_ROUND / best, self.wrong(answers)


def report(engine, version, mode, how, threads, batch, measured, **more):
    """Hands a measured rate to the script that started this one: a line of JSON."""
    rate, wrong = measured
    print(json.dumps({"engine": engine, "version": version, "mode": mode, "how": how, "threads": threads, "batch": batch,
                      "additions_per_second": rate, "wrong": wrong, **more}), flush=True)  # fmt: skip


def note(text):
    """Progress, on stderr."""
    print(f"peers: {text}", file=sys.stderr, flush=True)
