"""Every model of the zoo as an ONNX graph in ONNX Runtime: the checker accepts it, the answers are the same there as here, and the
logits differ by no more than stated.

Usage: python onnx_runtime.py NANOADDER PAIRS [MODEL…], with the number of random pairs
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

import protocol


def prompts(task, pairs):
    """The prompts of `pairs`, token by token, by the words of a model file's `[task]`."""
    tokens = {str(digit): digit for digit in range(10)} | task.get("tokens", {})
    rows = []
    for a, b in pairs:
        row, rest = [], task["prompt"]
        while rest:
            if not rest.startswith("{"):
                row.append(tokens[rest[0]])
                rest = rest[1:]
                continue
            hole, rest = rest[1:].split("}", 1)
            name, order, size = hole.split(":")
            digits = lambda number: f"{number:0{size}d}"[:: -1 if order == "least-first" else 1]
            if name in ("a", "b"):
                row += [tokens[digit] for digit in digits(a if name == "a" else b)]
            else:
                times = int(name.split("*")[0])
                row += [times * int(x) + int(y) for x, y in zip(digits(a), digits(b))]
        rows.append(row)
    return np.array(rows, dtype=np.int64), tokens


def task_of(proto):
    """The words of `[task]`, from the metadata."""
    return tomllib.loads({entry.key: entry.value for entry in proto.metadata_props}["nanoadder.task"])


def sums(path, pairs):
    """What ONNX Runtime answers, -1 where that is no number."""
    proto = onnx.load(path)
    onnx.checker.check_model(proto, full_check=True)
    task = task_of(proto)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    tokens, names = prompts(task, pairs)
    order, size = task["answer"].split(":")
    length = int(size) + ("end" in task)
    digits = {names[str(digit)]: str(digit) for digit in range(10)}
    found = []
    for first in range(0, len(pairs), 2048):
        batch = tokens[first : first + 2048]
        for _ in range(length):
            (logits,) = session.run(["logits"], {"input_ids": batch})
            batch = np.concatenate([batch, logits[:, -1:].argmax(-1)], axis=1)
        for row in batch[:, -length:].tolist():
            if "end" in task:
                row = row[: row.index(task["end"])] if task["end"] in row else [-1]
            text = "".join(digits.get(token, "?") for token in row)
            text = text[::-1] if order == "least-first" else text
            found.append(int(text) if text and "?" not in text else -1)
    return found


# How far logits may differ, relative to the greatest of their step. Those of all models but one are the same to the bit.
CLOSE = 1e-11


def logits_apart(binary, name, path, pairs):
    """The greatest difference of a logit, relative to the greatest logit of its step in magnitude."""
    task = task_of(onnx.load(path))
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    apart = 0.0
    for (a, b), prompt in zip(pairs, prompts(task, pairs)[0].tolist()):
        command = [binary, "explain", name, str(a), str(b), "--format", "json"]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        if told.returncode not in (0, 1):
            raise RuntimeError(told.stderr)
        told = json.loads(told.stdout)
        (logits,) = session.run(["logits"], {"input_ids": np.array([prompt + told["tokens"][:-1]])})
        ours = np.array([step["logits"] for step in told["steps"]])
        theirs = logits[0, len(prompt) - 1 :].astype(np.float64)
        apart = max(apart, np.max(np.abs(ours - theirs).max(axis=1) / np.abs(ours).max(axis=1)))
    return float(apart)


def main():
    binary, pairs, names = protocol.asked()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            path = str(Path(folder) / f"{Path(name).stem}.onnx")
            subprocess.run([binary, "export", name, "--to", "onnx", "--output", path], check=True)
            # A graph cannot ask for fused sums: it answers as the same model without them.
            plain = protocol.separate(binary, name, Path(folder))
            ours, theirs = protocol.answers(binary, plain, pairs), sums(path, pairs)
            back = protocol.answers(binary, path, pairs)
            other, read = (sum(a != b for a, b in zip(ours, x)) for x in (theirs, back))
            apart = logits_apart(binary, plain, path, pairs[:20])
            wrong += other > 0 or read > 0 or not apart <= CLOSE
            print(
                f"{name}: {other} of {len(pairs)} answers differ in ONNX Runtime, {read} read back; logits by {apart:.1e}",
                flush=True,
            )
    sys.exit(1 if wrong else 0)


main()
