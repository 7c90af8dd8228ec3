"""One decode, as NumPy arrays with named axes."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

#: What each array holds, axis by axis. A `step` is one generated token; what has different lengths at different steps is padded
#: with NaN.
AXES = {
    "scores": ("step", "layer", "head", "position"),
    "attention": ("step", "layer", "head", "position"),
    "embedded": ("step", "dimension"),
    "attended": ("step", "layer", "dimension"),
    "pre_activation": ("step", "layer", "unit"),
    "hidden": ("step", "layer", "unit"),
    "transformed": ("step", "layer", "dimension"),
    "keys": ("layer", "position", "key"),
    "values": ("layer", "position", "value"),
    "logits": ("step", "token"),
    "margin": ("step",),
    "chosen": ("step",),
    "expected": ("step",),
}


class Explanation(Mapping[str, npt.NDArray[Any]]):
    """One decode: a mapping from names to arrays; `axes` names the axes of each, `raw` is the dictionary of `explain --format json`.

    >>> import nanoadder
    >>> decode = nanoadder.Model.load().explain(99, 1)
    >>> decode.axes["attention"], decode["attention"].shape
    (('step', 'layer', 'head', 'position'), (11, 1, 2, 32))
    >>> int(decode["margin"].argmin())
    0
    """

    __slots__ = ("_arrays", "raw")

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        steps, memories = raw["steps"], raw["memories"]
        layers = [step["layers"] for step in steps]
        self._arrays = {
            "scores": _padded([[[head["scores"] for head in one["heads"]] for one in step] for step in layers], 4),
            "attention": _padded([[[head["weights"] for head in one["heads"]] for one in step] for step in layers], 4),
            "embedded": _padded([step["embedded"] for step in steps], 2),
            **{
                name: _padded([[one[name] for one in step] for step in layers], 3)
                for name in ("attended", "pre_activation", "hidden", "transformed")
            },
            "keys": _padded([memory["keys"] for memory in memories], 3),
            "values": _padded([memory["values"] for memory in memories], 3),
            "logits": _padded([step["logits"] for step in steps], 2),
            "margin": np.array([step["margin"] for step in steps]),
            "chosen": np.array(raw["tokens"]),
            "expected": np.array(raw["expected_tokens"]),
        }

    @property
    def axes(self) -> dict[str, tuple[str, ...]]:
        """The names of each array's axes."""
        return AXES

    @property
    def sum(self) -> int | None:
        """What the model says; `None` where its tokens spell no number."""
        found: int | None = self.raw["sum"]
        return found

    @property
    def right(self) -> bool:
        """Whether every token is the right one."""
        return bool(self.raw["tokens"] == self.raw["expected_tokens"])

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        return f"<{self.raw['model']}: {self.raw['a']} + {self.raw['b']} = {self.sum}{'' if self.right else ', wrong'}>"

    def _repr_html_(self) -> str:
        rows = []
        for step, (chosen, expected) in enumerate(zip(self["chosen"], self["expected"])):
            mark = "" if chosen == expected else f" style='color:#b00' title='expected {expected}'"
            logits = self["logits"][step]
            low, high = float(logits.min()), float(logits.max())
            cells = "".join(
                f"<td style='background:rgba(70,120,220,{(value - low) / ((high - low) or 1):.2f})' title='{value:.6g}'>{token}</td>"
                for token, value in enumerate(logits)
            )
            rows.append(f"<tr><th{mark}>{chosen}</th>{cells}<td>{self['margin'][step]:.3g}</td></tr>")
        head = f"<b>{html.escape(repr(self)[1:-1])}</b>"
        columns = "".join(f"<th>{token}</th>" for token in range(self["logits"].shape[1]))
        return f"{head}<table><tr><th>says</th>{columns}<th>margin</th></tr>{''.join(rows)}</table>"


def _padded(nested: list[Any], axes: int) -> npt.NDArray[np.float64]:
    """Nested lists as one array, with NaN where a list is shorter than the longest of its axis."""

    def lengths(part: Any, depth: int, found: list[int]) -> list[int]:
        found[depth] = max(found[depth], len(part))
        if depth + 1 < axes:
            for inner in part:
                lengths(inner, depth + 1, found)
        return found

    array = np.full(lengths(nested, 0, [0] * axes), np.nan)

    def fill(part: Any, into: npt.NDArray[np.float64]) -> None:
        if into.ndim == 1:
            into[: len(part)] = part
        else:
            for index, inner in enumerate(part):
                fill(inner, into[index])

    fill(nested, array)
    return array
