"""Whatever holds integers as NumPy columns, and back."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.typing as npt


def column(values: Any, name: str, greatest: int) -> npt.NDArray[np.uint64]:
    """`values` as operands: a list, a NumPy array, an Arrow array, a pandas or Polars series. No copy where none is needed."""
    nulls = getattr(values, "null_count", 0)
    if (nulls() if callable(nulls) else nulls) or np.ma.is_masked(values):
        raise ValueError(f"{name}: expected integers without nulls")
    array = _array(values, name)
    if array.size == 0:
        return np.zeros(array.shape, np.uint64)
    if array.dtype.kind == "O":
        array = _integers(array, name, greatest)
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name}: expected integers, found {array.dtype}")
    if array.dtype.kind == "i" and array.min() < 0:
        raise ValueError(f"{name}: operand {array.min()}: expected an integer from 0 to {greatest}")
    if array.dtype == np.int64:
        return array.view(np.uint64)
    return array.astype(np.uint64, copy=False)


def _array(values: Any, name: str) -> npt.NDArray[Any]:
    """`values` as NumPy has them; what NumPy, Arrow or Polars say of a column that they cannot hand over names no argument."""
    try:
        return np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)
    except Exception as error:
        found = getattr(values, "type", None) or getattr(values, "dtype", None)
        said = f"found {found}" if found is not None else str(error)
        raise ValueError(f"{name}: expected integers, {said}") from error


def _integers(array: npt.NDArray[Any], name: str, greatest: int) -> npt.NDArray[np.uint64]:
    """An array of Python's objects, which ints above 64 bits are, too."""
    for value in array.flat:
        if value is None:
            raise ValueError(f"{name}: expected integers without nulls")
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
            raise ValueError(f"{name}: expected integers, found {type(value).__name__}")
        if not 0 <= value <= greatest:
            raise ValueError(f"{name}: operand {value}: expected an integer from 0 to {greatest}")
    return array.astype(np.uint64)


def like(sums: npt.NDArray[np.int64], *given: Any) -> Any:
    """Sums as what was given: a series of pandas or Polars or an Arrow array with nulls where the tokens spell no number; None if
    nothing of these was given."""
    if arrow(*given):
        return to_arrow(sums)
    missing = sums < 0
    pandas, polars = sys.modules.get("pandas"), sys.modules.get("polars")
    series = [x for x in given if pandas is not None and isinstance(x, pandas.Series)]
    if series:
        if any(not x.index.equals(series[0].index) for x in series):
            raise ValueError("expected series of one index")
        if len(series[0]) != len(sums):
            return None
        found = pandas.Series(sums, index=series[0].index, name="sum")  # type: ignore[union-attr]
        return found.astype("Int64").mask(missing) if missing.any() else found
    if polars is not None and any(isinstance(x, polars.Series) for x in given):
        found = polars.Series("sum", sums)
        return found.set(polars.Series(missing), None) if missing.any() else found
    return None


def arrow(*columns: Any) -> bool:
    """Whether one of the columns is Arrow's."""
    pyarrow = sys.modules.get("pyarrow")
    return pyarrow is not None and any(isinstance(c, (pyarrow.Array, pyarrow.ChunkedArray)) for c in columns)


def to_arrow(sums: npt.NDArray[np.int64]) -> Any:
    """Sums as an Arrow array, null where the tokens spell no number."""
    import pyarrow  # type: ignore[import-untyped]

    missing = sums < 0
    return pyarrow.array(sums, mask=missing if missing.any() else None)
