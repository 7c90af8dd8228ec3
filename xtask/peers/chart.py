"""Draws rates as horizontal bars on a logarithmic axis: an SVG made by hand, light or dark as the reader's page is.

`python chart.py RECORD.csv > speed.svg` draws a record again.
"""

import csv
import math
import sys
from html import escape

WIDTH, LEFT, RIGHT = 760, 196, 590
BAR, STEP, GROUP = 16, 23, 54
STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
  .title { font-size: 16px; font-weight: 600 } .group { font-weight: 600 } .small { font-size: 11.5px; fill: #59636e }
  .end { text-anchor: end } .middle { text-anchor: middle } .ours { font-weight: 600 }
  .grid { stroke: #d1d9e0; stroke-width: 1 } .bar { fill: #aab4bf } .best { fill: #1a7f5a } .own { fill: #86c5ac }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 } .grid { stroke: #343b44 }
    .bar { fill: #59636e } .best { fill: #3fb984 } .own { fill: #2a6b50 }
  }
"""


UNFOLDED = "nanoadder, not folded"


def best_of_each(rows, mode, threads):
    """The fastest row of each engine with so many threads or fewer, the fastest engine first.

    Fewer, because on small machines some peers lose by threads, and nobody would use them then.
    """
    found = {}
    for row in rows:
        used = int(row["threads"])
        if row["mode"] != mode or used > threads or (used < threads and row["engine"] == UNFOLDED):
            continue
        rate = float(row["additions_per_second"])
        found[row["engine"]] = max(found.get(row["engine"], 0.0), rate)
    return sorted(((rate, engine) for engine, rate in found.items()), reverse=True)


def rounded(rate):
    """A rate as people say it: three digits."""
    for unit, name in ((1e9, "G"), (1e6, " M"), (1e3, " k")):
        if rate >= 0.9995 * unit:
            value = rate / unit
            return f"{value:.{2 if value < 9.995 else 1 if value < 99.95 else 0}f}{name}"
    return f"{rate:.0f}"


def draw(rows):
    """The picture of a record's rows."""
    cores = int(rows[0]["cores"])
    groups = [(f"Bulk, {cores} cores", "batched", cores)] if cores > 1 else []
    groups += [("Bulk, one thread", "batched", 1), ("One by one", "one by one", 1)]
    groups = [(title, best_of_each(rows, mode, threads)) for title, mode, threads in groups]
    rates = [rate for _, bars in groups for rate, _ in bars]
    low, high = math.floor(math.log10(min(rates) / 2)), math.log10(max(rates))  # The shortest bar is to be seen.
    across = lambda rate: LEFT + (RIGHT - LEFT) * (math.log10(rate) - low) / (high - low)  # noqa: E731
    body, y = [], 62
    for title, bars in groups:
        y += GROUP - STEP
        body.append(f'<text class="group" x="0" y="{y - 9}">{escape(title)}</text>')
        first = next((rate for rate, engine in bars if engine == "nanoadder"), bars[0][0])
        for rate, engine in bars:
            ours = engine == "nanoadder"
            middle, weight = y + BAR / 2 + 4.5, ' ours' if ours else ""
            ratio = "" if ours else times(first / rate)
            body.append(f'<text class="end{weight}" x="{LEFT - 8}" y="{middle}">{escape(engine)}</text>')
            body.append(f'<rect class="{"best" if ours else "own" if engine == UNFOLDED else "bar"}" x="{LEFT}" y="{y}" rx="2" '
                        f'width="{max(across(rate) - LEFT, 2):.1f}" height="{BAR}"/>')  # fmt: skip
            body.append(f'<text class="end{weight}" x="664" y="{middle}">{rounded(rate)}</text>')
            body.append(f'<text class="end" x="{WIDTH - 4}" y="{middle}">{ratio}</text>')
            y += STEP
    bottom = y + 4
    grid = []
    for power in range(low, math.floor(high) + 1):
        x = across(10.0**power)
        grid.append(f'<line class="grid" x1="{x:.1f}" y1="56" x2="{x:.1f}" y2="{bottom}"/>')
        label = f"{10 ** power:,}" if power < 6 else f"{10 ** (power - 6):,} M"
        grid.append(f'<text class="small middle" x="{x:.1f}" y="{bottom + 15}">{label}</text>')
    about = f'{rows[0]["model"]}, answers checked, the best way of each, logarithmic axis. {rows[0]["cpu"]}, {rows[0]["date"]}'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 42}" width="{WIDTH}" height="{bottom + 42}" '
        'role="img" aria-labelledby="title">',
        f"<style>{STYLE}</style>",
        '<text class="title" id="title" x="0" y="20">Additions per second</text>',
        '<text class="small end" x="664" y="46">rate</text>',
        f'<text class="small end" x="{WIDTH - 4}" y="46">slower by</text>',
        *grid, *body,
        f'<text class="small" x="0" y="{bottom + 36}">{escape(about)}</text>',
        "</svg>\n",
    ])  # fmt: skip


def times(ratio):
    """A ratio with two digits or so."""
    return f"{ratio:,.0f} ×" if ratio >= 9.95 else f"{ratio:.1f} ×" if ratio >= 1.95 else f"{ratio:.2f} ×"


if __name__ == "__main__":
    with open(sys.argv[1], newline="") as file:
        sys.stdout.write(draw(list(csv.DictReader(file))))
