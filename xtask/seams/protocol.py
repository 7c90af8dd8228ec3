"""The protocol's pairs, and what the nanoadder of this build answers to them."""

import csv
import io
import json
import random
import subprocess
import sys

EDGES = [
    (0, 0), (0, 1), (9999999999, 0), (9999999999, 1), (9999999999, 9999999999), (5000000000, 5000000000),
    (1111111111, 8888888889), (1234567890, 9876543210), (9999999999, 9999999999), (1, 9999999999),
]


def pairs(count=10_000):
    """The edge cases and the random pairs, as AdderBoard draws them."""
    dice = random.Random(2025)
    greatest = 9_999_999_999
    return EDGES + [(dice.randint(0, greatest), dice.randint(0, greatest)) for _ in range(count)]


def answers(binary, model, pairs):
    """What `nanoadder add` says, -1 where it says no number."""
    lines = "".join(f"{a},{b}\n" for a, b in pairs)
    command = [binary, "add", "--model", model, "--input", "-", "--quiet"]
    # Status 1 says that some sum is wrong, which is no failure here.
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    rows = csv.DictReader(io.StringIO(done.stdout))
    return [int(row["sum"]) if row["sum"] else -1 for row in rows]


def separate(binary, name, folder):
    """A model file with the numbers of `name` and separate sums, for what cannot ask for fused ones; `name` if it asks for none."""
    shown = subprocess.run([binary, "show", name, "--toml"], capture_output=True, text=True, check=True).stdout
    lines = shown.splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("sums = ")]
    if "fused" not in "".join(line for line in lines if line.startswith("sums = ")):
        return name
    path = folder / f"{name}.toml"
    path.write_text("".join(kept))
    return str(path)


def asked():
    """The binary, the pairs and the names of the models that the command line asks for: `NANOADDER PAIRS [MODEL…]`, with the
    number of random pairs; without names the whole zoo."""
    binary, count, names = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    return binary, pairs(count), names or zoo(binary)


def zoo(binary):
    """The names of all models."""
    listed = subprocess.run([binary, "list", "--format", "json"], capture_output=True, text=True, check=True)
    return [entry["name"] for entry in json.loads(listed.stdout)["models"]]
