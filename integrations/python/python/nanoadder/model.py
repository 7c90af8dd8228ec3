"""A model, ready to add."""

from __future__ import annotations

import html
import json
import operator
from os import PathLike, fspath
from typing import Any, overload

import numpy as np

from . import _native, columns
from .explanation import Explanation


class Model:
    """A model, ready to add. Make one with `Model.load` or `Model.parse`.

    Dictionaries have the shape of the commands' JSON. What is wrong with an argument or a file is a `ValueError` that says where
    and what was expected. Long work leaves other threads running and hears Ctrl-C.
    """

    __slots__ = ("_made", "_native")

    def __init__(self, native: _native.Model, made: tuple[Any, ...]) -> None:
        self._native = native
        self._made = made

    @classmethod
    def load(
        cls,
        name: str | PathLike[str] = "nanoadder-58",
        *,
        prompt: str | None = None,
        tokens: str | None = None,
        answer: str | None = None,
        end: str | None = None,
        logits: str | None = None,
    ) -> Model:
        """The model that `name` names: of the zoo, or a path to a `.toml`, `.safetensors` or `.onnx` file.

        The other arguments are for ONNX graphs and say how operands become tokens, as the options of the command do:
        `prompt="{a:0>10}+{b:0>10}="` or the name of a format, `tokens="0123456789+="`, `answer="least-first:11"`.
        `logits` is the name or the number of the output that gives the logits, where the graph does not say it.
        """
        given = (fspath(name), prompt, tokens, answer, end, logits)
        return cls(_native.Model.load(*given), (_load, given))

    @classmethod
    def parse(cls, text: str, name: str = "model") -> Model:
        """The model that `text`, the content of a model file, describes. `name` is what messages call it."""
        return cls(_native.Model.parse(text, name), (cls.parse, (text, name)))

    @property
    def name(self) -> str:
        """Its name."""
        return self._native.name

    @property
    def dtype(self) -> str:
        """The type of its numbers, `f32` or `f64`."""
        return self._native.dtype

    @property
    def greatest(self) -> int:
        """The greatest operand."""
        return self._native.greatest

    @property
    def text(self) -> str | None:
        """The whole model file; `None` of an ONNX graph."""
        return self._native.text

    @overload
    def add(self, a: int, b: int, *, threads: int | None = None) -> int | None: ...
    @overload
    def add(self, a: Any, b: Any, *, threads: int | None = None) -> Any: ...
    def add(self, a: Any, b: Any, *, threads: int | None = None) -> Any:
        """What the model says to a + b, right or wrong.

        Two ints give an int, or `None` where the model's tokens spell no number. Lists give a list of those. Arrow arrays give an
        Arrow array of int64 with nulls, series of pandas a series with their index, series of Polars a series. Anything else that
        NumPy understands gives an array of int64 with −1 there; shapes broadcast. Columns run in lanes on all cores, or on
        `threads`.
        """
        if _is_int(a) and _is_int(b):
            return self._native.add_one(self._operand(a, "a"), self._operand(b, "b"))[0]
        left, right = (columns.column(x, name, self.greatest) for x, name in ((a, "a"), (b, "b")))
        try:
            left, right = np.broadcast_arrays(left, right)
        except ValueError:
            raise ValueError(f"expected columns of one length, found shapes {left.shape} and {right.shape}") from None
        flat = [np.ascontiguousarray(x).reshape(-1) for x in (left, right)]
        sums = self._native.add_columns(flat[0], flat[1], _threads(threads))
        found = columns.like(sums, a, b)
        if found is not None:
            return found
        if isinstance(a, (list, tuple)) or isinstance(b, (list, tuple)):
            return _nested(sums.reshape(left.shape).tolist())
        return sums.reshape(left.shape)

    def tokens(self, a: int, b: int) -> list[int]:
        """The tokens that the model generates for one pair."""
        return self._native.add_one(self._operand(a, "a"), self._operand(b, "b"))[1]

    def count(self) -> dict[str, Any]:
        """Its numbers under each counting rule, and every one of them with its place: `count --format json`."""
        return _read(self._native.count())

    def show(self) -> dict[str, Any] | None:
        """Its blocks and every weight: `show --weights --format json`; `None` of an ONNX graph."""
        text = self._native.show()
        return None if text is None else _read(text)

    def check(
        self, pairs: int = 10_000, seed: int = 2025, *, detailed: bool = False, threads: int | None = None
    ) -> dict[str, Any]:
        """AdderBoard's protocol: ten edge cases, then `pairs` random ones: `check --format json`."""
        return _read(self._native.check(_whole(pairs, "pairs"), _whole(seed, "seed"), detailed, _threads(threads)))

    def prove(
        self,
        *,
        rate: bool = False,
        most_states: int | None = None,
        sample: float = 3.0,
        threads: int | None = None,
    ) -> dict[str, Any]:
        """A verdict on every pair of operands: `prove --format json`.

        With `rate` a wrong model's share of wrong pairs is bounded. Where there is neither a proof nor a wrong pair, random pairs
        are tried for `sample` seconds.
        """
        most = None if most_states is None else _whole(most_states, "most_states")
        return _read(self._native.prove(rate, most, sample, _threads(threads)))

    def hunt(
        self, seconds: float | None = None, *, rounds: int | None = None, seed: int = 0, threads: int | None = None
    ) -> dict[str, Any]:
        """Looks for a wrong pair, for 10 seconds unless a limit is given: `hunt --format json`. Never says that a model is right."""
        if seconds is None and rounds is None:
            seconds = 10.0
        most = None if rounds is None else _whole(rounds, "rounds")
        return _read(self._native.hunt(seconds, most, _whole(seed, "seed"), _threads(threads)))

    def explain(self, a: int, b: int) -> Explanation:
        """Everything that happens while the model adds one pair, as NumPy arrays with named axes."""
        return Explanation(_read(self._native.explain(self._operand(a, "a"), self._operand(b, "b"))))

    def __reduce__(self) -> tuple[Any, ...]:
        """A model is pickled as what it was made from: its text, or its name or path, which must still be there."""
        return self._made

    def __copy__(self) -> Model:
        return self

    def __deepcopy__(self, _: Any) -> Model:
        return self  # Nothing of it changes.

    def __repr__(self) -> str:
        return f"Model({self.name!r})"

    def _repr_html_(self) -> str:
        counts = self.count()["counts"]
        figures = "".join(f"<th>{html.escape(str(rule))}</th>" for rule in counts)
        values = "".join(f"<td>{value}</td>" for value in counts.values())
        return f"<b>{html.escape(self.name)}</b> ({self.dtype})<table><tr>{figures}</tr><tr>{values}</tr></table>"

    def _operand(self, value: Any, name: str) -> int:
        operand = _whole(value, name)
        if not 0 <= operand <= self.greatest:
            raise ValueError(f"{name}: operand {operand}: expected an integer from 0 to {self.greatest}")
        return operand


def _load(
    name: str, prompt: str | None, tokens: str | None, answer: str | None, end: str | None, logits: str | None
) -> Model:
    return Model.load(name, prompt=prompt, tokens=tokens, answer=answer, end=end, logits=logits)


def _is_int(value: Any) -> bool:
    return isinstance(value, (int, np.integer, np.bool_))


def _whole(value: Any, name: str) -> int:
    """An argument that is an integer of 64 bits at most; negative operands are told apart later."""
    try:
        whole: int = operator.index(value)
    except TypeError:
        raise ValueError(f"{name}: expected an integer, found {type(value).__name__}") from None
    if isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name}: expected an integer, found {type(value).__name__}")
    if name not in ("a", "b") and not 0 <= whole < 2**64:
        raise ValueError(f"{name}: expected an integer from 0 to 2^64 - 1, found {whole}")
    return whole


def _threads(value: int | None) -> int | None:
    if value is None:
        return None
    if _whole(value, "threads") < 1:
        raise ValueError(f"threads: expected at least 1, found {value}")
    return value


def _nested(sums: Any) -> Any:
    """−1 as `None`, at any depth."""
    if isinstance(sums, list):
        return [_nested(part) for part in sums]
    return None if sums < 0 else sums


def _read(text: str) -> dict[str, Any]:
    shape: dict[str, Any] = json.loads(text)
    return shape
