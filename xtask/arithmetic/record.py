"""Puts what was measured into one record, and its tables into docs/arithmetic.md: `record.py FOLDER RECORDS PAGE`, where
RECORDS is the folder of records, each called by its date.

Of the forms of a function the record keeps the worst one by name, and the number of forms.
"""

import datetime
import json
import platform
import re
import sys
from pathlib import Path

import functions
import runtimes

BEGIN, END = "<!-- measured: cargo xtask arithmetic writes what follows -->", "<!-- measured: the end -->"
# The constants of the model of arithmetic that each figure is compared with; crates/num/src/runtimes.rs has them too, and a test
# compares the two.
ALLOWED = {
    "exp": 8, "log": 8, "tanh": 8, "erf": 12, "sigmoid": 4, "silu": 4, "gelu": 6, "gelu-tanh": 4, "softplus": 8, "sqrt": 4, "rsqrt": 8,
    "divide": 4, "softmax": 24, "sums": 1,
}  # fmt: skip


def processor():
    """The processor's name, and of what it can do what kernels ask for."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    fields = dict(line.split(":", 1) for line in text.split("\n\n")[0].splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    flags = fields.get("flags", "").split()
    features = [flag for flag in ("avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags]
    family = f"family {fields.get('cpu family', '?')}, model {fields.get('model', '?')}"
    return {"name": fields.get("model name", platform.processor()), "family": family, "features": features}


def least_digits(value):
    """Four digits, rounded up: no measured figure is larger than the recorded one."""
    if value is None or value == 0:
        return value
    shown = float(f"{value:.3e}")
    return shown if shown >= value else float(f"{value * 1.001:.3e}")


def worst(forms, key="units"):
    """The form with the greatest figure, and its figures."""
    form = max(forms, key=lambda name: float("inf") if forms[name][key] is None else forms[name][key])
    found = {name: least_digits(value) if isinstance(value, float) else value for name, value in forms[form].items()}
    # Relative and absolute errors may be greatest elsewhere.
    for other in ("relative", "absolute"):
        values = [figures[other] for figures in forms.values() if other in figures]
        if values:
            found[other] = None if None in values else least_digits(max(values))
    return {**found, "form": form, "forms": len(forms)}


def summary(measured):
    """One runtime's part of the record."""
    out = {"name": measured["name"], "versions": measured["versions"]}
    for kind in functions.TYPES:
        if kind not in measured:
            continue
        found = measured[kind]
        out[kind] = {
            "functions": {name: worst(forms) for name, forms in found["functions"].items()},
            "softmax": {name: worst(forms) for name, forms in found["softmax"].items()},
            "sums": {name: worst(forms, "share") for name, forms in found["sums"].items()},
            "flushes": {what: sorted(form for form, lost in forms.items() if lost) for what, forms in found["flushes"].items()},
        }
    return out


def figure(value, allowed):
    """A figure for the table: bold where it is more than the model of arithmetic allows."""
    if value is None:
        return "**∞**"
    text = f"{value:.2g}" if value >= 1000 else f"{value:.3g}" if value >= 10 else f"{value:.2f}"
    return f"**{text}**" if value > allowed else text


def table(record, kind):
    """The errors in one type, a row for each function, a column for each runtime."""
    columns = [runtime for runtime in record["runtimes"].values() if kind in runtime]
    lines = [
        "| | against | allowed | " + " | ".join(runtime["name"] for runtime in columns) + " |",
        "| --- | --- | ---: |" + " ---: |" * len(columns),
    ]

    def row(name, against, allowed, cells):
        lines.append(f"| {name} | {against} | {allowed} | " + " | ".join(cells) + " |")

    def cells(part, name, key, allowed):
        found = [runtime[kind][part].get(name) for runtime in columns]
        return ["" if entry is None else figure(entry[key], allowed) for entry in found]

    for name, (against, _) in functions.AGAINST.items():
        row(name, against, ALLOWED[name], cells("functions", name, "units", ALLOWED[name]))
    for name in ("softmax", "attention"):
        row(name, "ratio of weights", ALLOWED["softmax"], cells("softmax", name, "units", ALLOWED["softmax"]))
    for name in ("sum", "dot", "matmul"):
        row(name, "γₙ · Σ\\|terms\\|", 1, cells("sums", name, "share", 1))
    return "\n".join(lines).replace("|f(x)|", "\\|f(x)\\|").replace("|x|", "\\|x\\|")


def tails(record):
    """Relative and absolute errors of what is bounded absolutely, in f32."""
    names = ("tanh", "erf", "sigmoid", "silu", "gelu", "gelu-tanh", "softplus")
    columns = [runtime for runtime in record["runtimes"].values() if "f32" in runtime]
    lines = ["| | " + " | ".join(runtime["name"] for runtime in columns) + " |", "| --- |" + " ---: |" * len(columns)]

    def cell(runtime, name):
        entry = runtime["f32"]["functions"].get(name)
        if entry is None:
            return ""
        show = lambda value: "∞" if value is None else f"{value:.1e}" if value >= 1e4 or value < 0.01 else f"{value:.3g}"
        return f"{show(entry['relative'])}; {show(entry['absolute'])}"

    for name in names:
        lines.append(f"| {name} | " + " | ".join(cell(runtime, name) for runtime in columns) + " |")
    return "\n".join(lines)


def lost(record):
    """What is flushed."""
    lines = ["| | type | weights | inputs | results | reciprocals |", "| --- | --- | --- | --- | --- | --- |"]
    for runtime in record["runtimes"].values():
        for kind in functions.TYPES:
            if kind in runtime:
                found = runtime[kind]["flushes"]
                cells = ["; ".join(found[what]) or "no" for what in ("weights", "inputs", "results", "reciprocals")]
                lines.append(f"| {runtime['name']} | {kind} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def versions(record):
    machine = record["processor"]
    lines = [f"Processor: {machine['name']}, {machine['family']} ({', '.join(machine['features'])}); {record['system']}.", ""]
    found = {}
    for runtime in record["runtimes"].values():
        found.update(runtime["versions"])
    lines.append("Versions: " + ", ".join(f"{name} {version}" for name, version in found.items()) + f"; {record['date']}.")
    return "\n".join(lines)


def page(record):
    """All tables."""
    parts = [
        versions(record),
        "### f32, in u = 2⁻²⁴",
        table(record, "f32"),
        "### f64, in u = 2⁻⁵³",
        table(record, "f64"),
        "### Far from zero, in f32",
        "The greatest error relative to the value, in u, where that is a normal number; and the greatest error itself.",
        tails(record),
        "### Below the smallest normal number",
        "Where such numbers become zero: constants of the model, inputs of an operation, its results, and quotients by 2¹²⁷ (f64: 2¹⁰²³), "
        "whose reciprocal is such a number.",
        lost(record),
    ]
    return "\n\n".join(parts)


def main():
    folder, records, document = map(Path, sys.argv[1:4])
    record = {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "allowed": ALLOWED,
        "runtimes": {
            key.replace("_", "-"): summary(json.loads((folder / f"{key}.json").read_text())) for key in runtimes.ALL if (folder / f"{key}.json").exists()
        },
    }
    records.mkdir(parents=True, exist_ok=True)
    target = records / f"{record['date']}.json"
    # What has no objects inside stands on one line.
    lines = re.sub(r"\{[^{}]*\}", lambda found: re.sub(r"\s+", " ", found.group()), json.dumps(record, indent=1, ensure_ascii=False))
    target.write_text(lines + "\n")
    text = document.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    document.write_text(f"{before}{BEGIN}\n\n{page(record)}\n\n{END}{after}")


if __name__ == "__main__":
    main()
