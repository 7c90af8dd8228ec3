"""Writes what the entries of AdderBoard answer in the runtimes they were written for: `python entries.py ORIGINALS OUT [NAME…]`.

ORIGINALS holds a folder for each owner of a fork of AdderBoard, with the files of the commits that `COMMITS` names; they are not
ours, so they are not here. Run it with a Python that has PyTorch, and with one that has MLX, mlx-lm and NumPy: it takes the
entries that this one can run, and leaves the lines of the others as they are.

OUT/entries.pairs.csv has the 1,000 pairs; OUT/entries.csv a line for each entry, with its runtime and the original; and
OUT/entries.wrong.csv the answers that are not the sum, with -1 for what is no number.
"""

import argparse
import csv
import sys
import types
from pathlib import Path

from pairs import pairs, runs

COMMITS = {
    "Kiguli": "e5167440c8e9d0ba167f54e0882bc525f8d06a84",
    "anadim": "e39ac7f6fb7c45787fff458eac4a0e3515bc7139 (2p), 6b8931dcf8cc2a6df3428dea2117a909e924a96e (4p)",
    "fblissjr": "3270b9afb6bb13c02594bee4279f2f575f6ab74f",
    "jnros": "400b8bacce120df67f2e75fc3e7ec9f1f3465f6d",
    "warlockee": "89c0e7185b262b7547d4577d4e2ae0ea329c39c3",
}
HAND = "Kiguli/submissions/hand_coded"
PYTORCH = {
    "jnros-1": "jnros/submissions/submission_1p.py",
    "kswain98-2": "anadim/submission_2p.py",
    "kswain98-4": "anadim/submission_4p.py",
    "kswain98-8": f"{HAND}/kswain98_8p.py",
    "kiguli-7": "Kiguli/submission_7p_relu.py",
    "kiguli-7-mask": "Kiguli/submission_7p_fixedmask.py",
    "yieldthought-20": f"{HAND}/yieldthought_20p.py",
    "seuperhakkerja-28": f"{HAND}/SeuperHakkerJa_28p.py",
    "seuperhakkerja-93": f"{HAND}/SeuperHakkerJa_93p.py",
    "fblissjr-33": f"{HAND}/fblissjr_33p.py",
    "fblissjr-249": "fblissjr/submission.py",
    "alexlitz-36": f"{HAND}/alexlitz_36p.py",
    "lichengliu03-50": f"{HAND}/lichengliu03_50p.py",
    "cosminscn-66": f"{HAND}/cosminscn_66p.py",
    "nanogpt-130": f"{HAND}/cosminscn_130p.py",
    "bingbangboom-87": f"{HAND}/bingbangboom-lab_87p.py",
    "bingbangboom-148": f"{HAND}/bingbangboom-lab_148p.py",
    "prasannakotyal-116": f"{HAND}/prasannakotyal_116p.py",
}
NUMPY = {
    "zcbtrak-6": f"{HAND}/zcbtrak_6p.py",
    "warlockee-6": "warlockee/submission_6p_warlockee.py",
}
MLX = {
    "lokimorty-10": f"{HAND}/Lokimorty_10p.py",
    "lokimorty-12": f"{HAND}/Lokimorty_12p.py",
    "wonderfall-27": f"{HAND}/Wonderfall_27p.py",
    "wonderfall-121": f"{HAND}/Wonderfall_121p.py",
    "wonderfall-130": f"{HAND}/Wonderfall_130p.py",
    "wonderfall-139": f"{HAND}/Wonderfall_139p.py",
    "xangma-177": f"{HAND}/xangma_177p.py",
    "xangma-197": f"{HAND}/xangma_197p.py",
}
CLASSES = {"bingbangboom-87": "Qwen3_71Params", "bingbangboom-148": "Qwen3_148"}
# xangma's models come in variants; the published counts are those of the last.
VARIANT = "rank1+embed2+sparse_gate0+no_norm_weight"
VARIANTS = {"xangma-177": f"{VARIANT}+lowrank_head2", "xangma-197": VARIANT}
BATCH = 250


def loaded(path):
    """The original as a module. One ends in a string that is not closed, a note of its author: it is read up to there."""
    text = path.read_text()
    if text.count("'''") % 2:
        text = text[: text.rindex("'''")]
    module = types.ModuleType(path.stem)
    sys.modules[path.stem] = module
    exec(compile(text, path, "exec"), module.__dict__)
    return module


def spelled(texts):
    """Digits, least first, as numbers."""
    return [int(text[::-1]) if text.isdigit() else -1 for text in texts]


def answers(name, module, cases):
    """What the original says to each pair, by the function that it has for it."""
    batches = [cases[first : first + BATCH] for first in range(0, len(cases), BATCH)]
    if hasattr(module, "add"):
        model, _ = module.build_model()
        return [module.add(model, a, b) for a, b in cases]
    if hasattr(module, "build_adder"):
        model = module.build_adder()
        return [answer for batch in batches for answer in module.test_batch(model, batch)]
    if name in CLASSES:
        model = getattr(module, CLASSES[name])()
        module.set_weights(model)
        return spelled(text for batch in batches for text in module._generate_output_batch(model, batch, "cpu"))
    if hasattr(module, "build_magic_model"):
        model = module.build_magic_model(*([VARIANTS[name]] if name in VARIANTS else []))
        return spelled(text for batch in batches for text in module._generate_output_batch(model, batch))
    model = module.Transformer()
    return spelled(module.generate(model, a, b) for a, b in cases)


def table(path):
    """The lines of a file that is there, below its header."""
    return list(csv.reader(path.open(newline="")))[1:] if path.exists() else []


def write(path, header, rows):
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def runtimes():
    """The entries that this Python can run, with the version of what they run in."""
    found = {}
    try:
        import torch

        torch.set_num_threads(1)
        found |= {name: (f"PyTorch {torch.__version__.split('+')[0]}", path) for name, path in PYTORCH.items()}
    except ImportError:
        import mlx.core
        import numpy

        mlx.core.set_default_device(mlx.core.cpu)
        found |= {name: (f"NumPy {numpy.__version__}", path) for name, path in NUMPY.items()}
        found |= {name: (f"MLX {mlx.core.__version__}", path) for name, path in MLX.items()}
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("originals", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    cases = pairs(800) + runs(200)
    known = {row[0]: row for row in table(args.out / "entries.csv")}
    wrong = table(args.out / "entries.wrong.csv")
    for name, (runtime, path) in runtimes().items():
        if args.names and name not in args.names:
            continue
        found = answers(name, loaded(args.originals / path), cases)
        mistakes = [[name, a, b, got] for (a, b), got in zip(cases, found) if got != a + b]
        owner, file = path.split("/", 1)
        known[name] = [name, runtime, f"{owner}/AdderBoard/{file}", len(mistakes)]
        wrong = [row for row in wrong if row[0] != name] + mistakes
        print(f"{name}: {len(mistakes)} of {len(cases)} wrong in {runtime}", flush=True)
    write(args.out / "entries.pairs.csv", ["a", "b"], cases)
    write(args.out / "entries.csv", ["entry", "runtime", "original", "wrong"], sorted(known.values()))
    write(args.out / "entries.wrong.csv", ["entry", "a", "b", "answer"], sorted(wrong, key=lambda row: row[0]))


if __name__ == "__main__":
    main()
