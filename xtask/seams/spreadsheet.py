"""Every model of the zoo as a spreadsheet, its operands changed and everything computed again by LibreOffice: the answer, its verdict
and all logits are those that the file of these operands has from us.

The decode that is changed is of 0 + 0, and openpyxl drops every value that a formula had, so what is compared was computed there,
from the stored numbers on.

Usage: python spreadsheet.py NANOADDER SOFFICE [MODEL…]
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

import protocol

PAIRS = [(9_999_999_999, 1), (1_234_567_890, 9_876_543_210), (4_444_444_444, 5_555_555_556), (9_000, 0)]

# How far logits may differ, relative to the greatest of their step: both sides compute in f64, and sum in
# other orders; a softmax of scores in the millions carries as many digits away.
CLOSE = 2e-6

# What recomputes a file when it is opened, whoever wrote it.
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def computed(soffice, folder, files):
    """What LibreOffice makes of the files, in the same order."""
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS)
    command = [soffice, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx", "--outdir", out]
    subprocess.run(command + files, check=True, capture_output=True, timeout=600)
    return [openpyxl.load_workbook(out / file.name, data_only=True) for file in files]


def logits_of(book, first):
    """The rows of logits: the first is at the last of `first` tokens of the prompt."""
    sheet = book["Decode"]
    starts = [cell.column for cell in sheet[1] if cell.value == "logits"]
    rows = []
    for row in sheet.iter_rows(min_row=first + 2, min_col=starts[0], values_only=True):
        if row[0] is None:
            break
        rows.append(list(row[: row.index(None)]))
    return rows


def apart(ours, theirs):
    """The greatest difference of a logit, relative to the greatest of its step."""
    worst = 0.0
    for x, y in zip(ours, theirs, strict=True):
        scale = max(map(abs, x)) or 1.0
        worst = max([worst] + [abs(a - b) / scale for a, b in zip(x, y, strict=True)])
    return worst


def said(book):
    """The answer, none where it is no number, and whether it is said to be right."""
    answer = book["Adder"]["B5"].value
    return answer if isinstance(answer, (int, float)) else None, book["Adder"]["B7"].value


def main():
    binary, soffice, names = sys.argv[1], sys.argv[2], sys.argv[3:] or protocol.zoo(sys.argv[1])
    wrong = 0
    for name in names:
        listed = subprocess.run([binary, "show", name, "--format", "json"], capture_output=True, text=True, check=True)
        first = len(json.loads(listed.stdout)["prompt"])
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)

            def export(file, a, b):
                pair = ["--pair", str(a), str(b), "--output", file]
                subprocess.run([binary, "export", name, "--to", "xlsx", *pair], check=True)
                return file

            zero = export(folder / "zero.xlsx", 0, 0)
            greatest = int(openpyxl.load_workbook(zero)["Adder"]["C3"].value.rsplit(" ", 1)[1])
            pairs = [(a % (greatest + 1), b % (greatest + 1)) for a, b in PAIRS]
            expected, changed = [], []
            for index, (a, b) in enumerate(pairs):
                expected.append(openpyxl.load_workbook(export(folder / "pair.xlsx", a, b), data_only=True))
                book = openpyxl.load_workbook(zero)
                book["Adder"]["B3"], book["Adder"]["B4"] = a, b
                changed.append(folder / f"{index}.xlsx")
                book.save(changed[-1])
            found = computed(soffice, folder, changed)
            same = sum(said(x) == said(y) for x, y in zip(expected, found))
            worst = max(apart(logits_of(x, first), logits_of(y, first)) for x, y in zip(expected, found))
            wrong += same < len(pairs) or not worst <= CLOSE
            print(f"{name}: {same} of {len(pairs)} answers the same in LibreOffice; logits by {worst:.1e}", flush=True)
    sys.exit(1 if wrong else 0)


main()
