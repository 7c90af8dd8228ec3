"""Whatever holds integers as NumPy columns, and back."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.typing as npt


def column(values: Any, name: str, greatest: int) -> npt.NDArray[np.uint64]:
    """`values` as operands: a list, a NumPy array, an Arrow array, a pandas or Polars series. No copy where none is needed."""
    nulls = getattr(values, "null_count", 0)
    if nulls() if callable(nulls) else nulls:
        raise ValueError(f"{name}: expected integers without nulls")
    array = values.to_numpy() if hasattr(values, "to_numpy") else np.asarray(values)
    if array.size == 0:
        return np.zeros(array.shape, np.uint64)
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name}: expected integers, found {array.dtype}")
    if array.dtype.kind == "i" and array.min() < 0:
        raise ValueError(f"{name}: operand {array.min()}: expected an integer from 0 to {greatest}")
    if array.dtype == np.int64:
        return array.view(np.uint64)
    return array.astype(np.uint64, copy=False)


def arrow(*columns: Any) -> bool:
    """Whether one of the columns is Arrow's."""
    pyarrow = sys.modules.get("pyarrow")
    return pyarrow is not None and any(isinstance(c, (pyarrow.Array, pyarrow.ChunkedArray)) for c in columns)


def to_arrow(sums: npt.NDArray[np.int64]) -> Any:
    """Sums as an Arrow array, null where the tokens spell no number."""
    import pyarrow  # type: ignore[import-untyped]

    missing = sums < 0
    return pyarrow.array(sums, mask=missing if missing.any() else None)
