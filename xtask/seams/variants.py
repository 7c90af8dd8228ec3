"""One small decoder for each variant of each operator, and what ONNX Runtime, its optimiser off, and the reference evaluator of
the package `onnx` make of it.

    python variants.py FOLDER [--slow] [--seed N] [--only OPERATOR]

Writes NAME.onnx and NAME.values, and lists them in `variants.tsv`. A line holds, between tabs: file, operator, variant, the type of
the logits, which tokens the graph reads, the oracles, the number of logits, units in the last place and the absolute distance within
which a number is near, and whether -0 is told from 0. The values are numbers of 64 bits, little end first: by oracle, by pair of
tokens, by logit. The crate `onnx` reads them in its test `differential`.
"""

import argparse
import collections
import concurrent.futures
import multiprocessing
import pathlib
import time

import graphs
from cases import everything


def one(case):
    try:
        result, why = graphs.made(case)
    except Exception as error:
        raise RuntimeError(f"{case.op} {case.name}") from error
    if result is None:
        return None, why
    model, kind, read, results = result
    values = b"".join(array.astype("<f8").tobytes() for array in results.values())
    count = next(iter(results.values())).shape[1]
    line = [kind, read or "-", "+".join(results), str(count), repr(float(case.ulps)), repr(float(case.absolute)), str(int(case.signed))]
    return (model.SerializeToString(), values, line), why


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--slow", action="store_true")
    arguments.add_argument("--seed", type=int, default=16)
    arguments.add_argument("--only")
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for old in [*given.folder.glob("*.onnx"), *given.folder.glob("*.values"), *given.folder.glob("*.tsv")]:
        old.unlink()
    start = time.time()
    cases = [case for case in everything(given.slow, given.seed) if given.only in (None, case.op)]
    names = collections.Counter((case.op, case.domain, case.name) for case in cases)
    twice = [name for name, count in names.items() if count > 1]
    assert not twice, f"variants that have one name: {twice[:5]}"
    lines, dropped, sole = [], [], collections.Counter()
    global ALL
    ALL = cases
    with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        found = pool.map(numbered, range(len(cases)), chunksize=32)
        for index, (case, (result, why)) in enumerate(zip(cases, found)):
            op = f"{case.domain}.{case.op}" if case.domain else case.op
            if result is None:
                dropped.append(f"{op}\t{case.name}\t{' | '.join(why)}")
                continue
            model, values, line = result
            file = f"{index:05}"
            (given.folder / f"{file}.onnx").write_bytes(model)
            (given.folder / f"{file}.values").write_bytes(values)
            lines.append("\t".join([file, op, case.name, *line]))
            sole[line[2]] += 1
    assert given.only or len(lines) >= 5000, f"{len(lines)} variants: expected at least 5000"
    (given.folder / "variants.tsv").write_text("\n".join(lines) + "\n")
    (given.folder / "dropped.tsv").write_text("\n".join(dropped) + "\n")
    print(f"{len(lines)} variants of {len({line.split(chr(9))[1] for line in lines})} operators in {time.time() - start:.0f} s; "
          + ", ".join(f"{count} by {oracle}" for oracle, count in sorted(sole.items()))
          + f"; {len(dropped)} that no oracle computes")


def numbered(index):
    return one(ALL[index])


if __name__ == "__main__":
    main()
