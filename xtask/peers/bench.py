"""Compares nanoadder with PyTorch, JAX and ONNX Runtime on one model and the same pairs: `cargo xtask bench --peers` runs this.

Every peer runs in a process of its own, once with one thread and once with all cores. nanoadder runs before and after them, and
the better rate counts, as the best round does for everyone. Writes a CSV for this day and processor, and a picture.
"""

import argparse
import csv
import datetime
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from chart import UNFOLDED, draw
from workload import PAIRS, all_cores, note

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DEFAULT = "nanoadder-58"
COLUMNS = [
    "date", "model", "cpu", "cores", "engine", "version", "mode", "how", "threads", "batch", "additions_per_second", "wrong",
    "ratio",
]  # fmt: skip
# The slowest to compile takes two minutes on two cores.
LIMIT = 600


def processor():
    """The processor's name as the system tells it."""
    try:
        return re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)[1].strip()
    except (OSError, TypeError):
        return platform.processor() or platform.machine()


def commit():
    """The commit that was built, with a plus if files differ from it."""
    git = lambda *args: subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True).stdout.strip()  # noqa: E731
    plus = "+" if git("status", "--porcelain", "--untracked-files=no", "crates") else ""
    return git("rev-parse", "--short", "HEAD") + plus


def nanoadder(binary, *args, statuses=(0,)):
    """What the binary prints."""
    done = subprocess.run([binary, *args], stdout=subprocess.PIPE, text=True)
    if done.returncode not in statuses:
        sys.exit(f"peers: nanoadder {' '.join(args)} ended with status {done.returncode}")
    return done.stdout


def ours(binary, model, cores, version):
    """nanoadder's rates: for each reading and number of threads a row; wrong answers by `check`, on the same pairs."""
    check = json.loads(nanoadder(binary, "check", model, "--format", "json", statuses=(0, 1)))
    readings = json.loads(nanoadder(binary, "bench", model, "--format", "json", "--threads", str(cores)))["readings"]
    rows = []
    for reading in readings:
        name = reading["name"]
        # The first is the scalar network; the program has its own.
        single = "one by one" in name or name == readings[0]["name"]
        folded = "program" in name and "unfolded" not in name
        rows.append({
            "engine": "nanoadder" if folded else UNFOLDED, "version": version,
            "mode": "one by one" if single else "batched",
            "how": name, "threads": reading["threads"], "batch": 1 if single else "",
            "additions_per_second": reading["additions_per_second"], "wrong": check["total"] - check["passed"],
        })  # fmt: skip
    return rows


def peer(script, *args):
    """The rows that a peer's script reports; ends everything if it fails."""
    command = [sys.executable, str(HERE / script), *args]
    cache = Path(sys.prefix) / "inductor"  # So that torch.compile is quick the next time.
    environment = {**os.environ, "TORCHINDUCTOR_CACHE_DIR": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, timeout=LIMIT)
    if done.returncode:
        sys.exit(f"peers: {script} {' '.join(args[1:])} ended with status {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def faster(rows, again):
    """The same rows with the better rate of two runs."""
    rate = lambda row: row["additions_per_second"]  # noqa: E731
    key = lambda row: (row["how"], row["threads"])  # noqa: E731
    later = {key(row): row for row in again}
    return [max(row, later.get(key(row), row), key=rate) for row in rows]


def reference(rows, mode, threads):
    """nanoadder's best rate of a mode with so many threads."""
    return max(
        (row["additions_per_second"] for row in rows
         if row["engine"].startswith("nanoadder") and row["mode"] == mode and row["threads"] == threads),
        default=None,
    )  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default=DEFAULT, help="a name from `nanoadder list` or a path")
    parser.add_argument("--binary", required=True, help="the nanoadder to measure")
    parser.add_argument("--out", type=Path, default=ROOT / "bench", help="the folder of the records and the picture")
    parser.add_argument("--allow-wrong", action="store_true", help="for models that are known to be wrong")
    args = parser.parse_args()
    start, cores = time.monotonic(), all_cores()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if load > 0.3 * cores:
        note(f"the machine is busy (load {load:.1f} on {cores} cores): rates will be low, and ratios less sure")
    # Once and first: the sources can change while this runs, the binary does not.
    version = f"{nanoadder(args.binary, '--version').split()[-1]} {commit()}".strip()
    note("nanoadder, before the others")
    rows = ours(args.binary, args.model, cores, version)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.toml"
        path.write_text(nanoadder(args.binary, "show", args.model, "--toml"))
        name = tomllib.loads(path.read_text())["name"]
        rivals = []
        for threads in sorted({1, cores}):
            # One rival after the other, so that none takes time from another.
            for script, *more in (
                ("peer_torch.py",), ("peer_onnx.py",), ("peer_jax.py",), ("peer_jax.py", "--fast-math"),
                ("peer_torch.py", "--compile"),
            ):  # fmt: skip
                rivals += peer(script, str(path), "--threads", str(threads), *more)
    note("nanoadder again")
    rows = faster(rows, ours(args.binary, args.model, cores, version)) + rivals
    date, cpu = datetime.date.today().isoformat(), processor()
    for row in rows:
        best = reference(rows, row["mode"], row["threads"])
        row.update(date=date, model=name, cpu=cpu, cores=cores, ratio=best and f"{best / row['additions_per_second']:.2f}")
        row["additions_per_second"] = round(row["additions_per_second"])
    slug = re.sub(r"[^a-z0-9]+", "-", cpu.lower()).strip("-")
    file = args.out / "record" / f"{date}-{slug}-{cores}-cores{'' if name == DEFAULT else '-' + name}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "w", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    note(f"wrote {os.path.relpath(file, ROOT)}")
    if name == DEFAULT:
        (args.out / "speed.svg").write_text(draw(rows))
        note(f"wrote {os.path.relpath(args.out / 'speed.svg', ROOT)}")
    table(rows)
    note(f"done in {time.monotonic() - start:.0f} s")
    wrong = [row for row in rows if row["wrong"]]
    for row in wrong:
        note(f"{row['engine']} ({row['how']}, {row['mode']}): {row['wrong']} of {PAIRS} wrong")
    if wrong and not args.allow_wrong:
        sys.exit("peers: wrong answers; --allow-wrong is for models that are known to be wrong")


def table(rows):
    """The rates as a Markdown table, on stdout."""
    print("| engine | how | mode | threads | batch | additions/s | nanoadder is faster by | wrong |")
    print("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for row in sorted(rows, key=lambda row: (row["mode"], row["threads"], -row["additions_per_second"])):
        print(f"| {row['engine']} | {row['how']} | {row['mode']} | {row['threads']} | {row['batch']} "
              f"| {row['additions_per_second']:,} | {row['ratio']} | {row['wrong']} |")  # fmt: skip


if __name__ == "__main__":
    main()
