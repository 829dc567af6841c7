"""Integer codes of the distinct values of a column. Leaves out what the values stand for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


def coded(values: NDArray[Any]) -> tuple[IntArray, NDArray[Any]]:
    """Return a code for each row and the distinct values that the codes point at.

    Whole numbers that lie close together, as most codes of strata do, are counted into a table
    of their range, and their codes follow their order. Everything else goes through a hash table
    and is coded in the order of appearance.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Values of any kind that can be compared for equality.

    Returns
    -------
    codes : ndarray of int, shape (n,)
        Position of each row's value in ``distinct``; -1 where it is missing.
    distinct : ndarray, shape (k,)
        The values that occur.

    Examples
    --------
    >>> codes, distinct = coded(np.array([7, 5, 7]))
    >>> codes.tolist(), distinct.tolist()
    ([1, 0, 1], [5, 7])
    >>> codes, distinct = coded(np.array(["b", "a", "b"]))
    >>> codes.tolist(), distinct.tolist()
    ([0, 1, 0], ['b', 'a'])
    """
    if values.dtype.kind in "iu" and values.size:
        lowest, highest = int(values.min()), int(values.max())
        if highest - lowest < values.size and highest <= np.iinfo(np.int64).max:
            return _coded_by_range(values, lowest)
    codes, distinct = pd.factorize(values)
    return codes.astype(np.int64, copy=False), np.asarray(distinct)


def _coded_by_range(values: NDArray[Any], lowest: int) -> tuple[IntArray, NDArray[Any]]:
    offset = np.subtract(values.astype(np.int64, copy=False), lowest)
    occurs = np.bincount(offset) > 0
    found = np.flatnonzero(occurs)
    distinct = (found + lowest).astype(values.dtype)
    if found.size == occurs.size:
        return offset, distinct
    position = np.cumsum(occurs) - 1
    return position[offset], distinct
