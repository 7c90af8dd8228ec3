"""Every model of the zoo as a PyTorch file, and one whose formulas are easily computed otherwise (formulas.toml): the same answers
there as here, and as many parameters as are stored.

Usage: python pytorch.py NANOADDER PAIRS [MODEL…], with the number of random pairs
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

import protocol


def module(path):
    """The exported file, imported."""
    spec = importlib.util.spec_from_file_location(path.stem.replace("-", "_"), path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def sums(file, model, pairs):
    """What the exported model says to each pair, in batches."""
    found = []
    for first in range(0, len(pairs), 2048):
        batch = pairs[first : first + 2048]
        prompts = torch.tensor([file.prompt(a, b) for a, b in batch])
        found += file.generate(model, prompts, file.LENGTH).tolist()
    return [file.answer(tokens) for tokens in found]


def once(file):
    """Whether `fused_dot` rounds once: odd z with a product a hair less than half a unit in its last place stays what it is. A sum
    in float64 is a tie, which a second rounding would send to the even neighbour."""
    z = 2.0**20 + (2 * torch.arange(1000) + 1) * 2.0**-3
    x = torch.full_like(z, 1 + 2.0**-23)
    half = 2.0**-4 * (1 - 2.0**-23)
    for y in (half, -half):
        terms = torch.stack((z, x), -1), torch.stack((torch.ones_like(z), torch.full_like(z, y)), -1)
        twice = (terms[0].double() * terms[1].double()).sum(-1).float()
        if not torch.equal(file.fused_dot(*terms), z) or torch.equal(twice, z):
            return False
    return True


def main():
    binary, pairs, names = protocol.asked()
    names = [*names, str(Path(__file__).with_name("formulas.toml"))]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            path = Path(folder) / f"{Path(name).stem}.py"
            subprocess.run([binary, "export", name, "--to", "pytorch", "--output", path], check=True)
            counted = subprocess.run([binary, "count", name, "--format", "json"], capture_output=True, text=True, check=True)
            file = module(path)
            model, metadata = file.build_model()
            counts = json.loads(counted.stdout)["counts"]
            stored = counts["stored"]
            numbers = sum(tensor.numel() for tensor in model.parameters())
            ours, theirs = protocol.answers(binary, name, pairs), sums(file, model, pairs)
            other = sum(a != b for a, b in zip(ours, theirs))
            single = file.add(model, *pairs[7]) == theirs[7]
            single = single and (not hasattr(file, "fused_dot") or once(file))
            fine = other == 0 and numbers == stored and single and metadata["params"] == counts["board"]
            wrong += not fine
            print(f"{name}: {other} of {len(pairs)} answers differ, {numbers} parameters, {stored} stored", flush=True)
    sys.exit(1 if wrong else 0)


main()
