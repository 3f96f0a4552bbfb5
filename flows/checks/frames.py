"""Rows of a dataset as a typed pandas frame, with the place of each row beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from flows.checks.rules import ROW_ID
from flows.checks.types import fits
from schemas.datasets import Dataset
from schemas.fields import FieldType

Record = Mapping[str, Any]

_DTYPES: dict[FieldType, str] = {
    "string": "str",
    "json": "str",
    "int64": "Int64",
    "float64": "float64",
    "bool": "boolean",
}

#: Python types that a column of a type may hold; a subclass counts (numpy's float64).
_PYTHON: dict[FieldType, tuple[type, ...]] = {
    "string": (str,),
    "json": (str,),
    "int64": (int, np.integer),
    "float64": (float, int, np.floating, np.integer),
    "bool": (bool,),
}


def dataset_frame(rows: Sequence[Record], dataset: Dataset) -> pd.DataFrame:
    """The rows with the columns that they have, typed where every value fits.

    A column with a value of another type stays one of Python objects, so that the type
    check can point at the rows. A column that may be null is there even if no row has it.
    """
    present = _columns(rows, dataset)
    data: dict[str, Any] = {ROW_ID: np.arange(len(rows))}
    for column in present:
        values = [row.get(column) for row in rows]
        field = dataset.fields.get(column)
        data[column] = typed(values, field.type) if field else pd.Series(values, dtype=object)
    return pd.DataFrame(data)


def _columns(rows: Sequence[Record], dataset: Dataset) -> dict[str, None]:
    columns = dict.fromkeys(
        column for column in dataset.columns if not rows or column not in dataset.required
    )
    for names in {tuple(row) for row in rows}:
        columns.update(dict.fromkeys(names))
    return columns


def typed(values: Sequence[Any], field_type: FieldType) -> pd.Series:
    """The values in the type's own dtype, or as Python objects where one does not fit."""
    if field_type not in _DTYPES or not _all_fit(values, field_type):
        return pd.Series([_hashable(value) for value in values], dtype=object)
    return pd.Series(values, dtype=_DTYPES[field_type])


def _all_fit(values: Sequence[Any], field_type: FieldType) -> bool:
    kinds = set(map(type, values)) - {type(None)}
    # 1, 1.0 and True are one member of a set of values, so their kinds are looked at first.
    if field_type != "bool" and bool in kinds:
        return False
    if not all(issubclass(kind, _PYTHON[field_type]) for kind in kinds):
        return False
    return all(value is None or fits(value, field_type) for value in set(values))


def _hashable(value: Any) -> Any:
    """The value, or bytes in the place of a text that UTF-8 cannot hold: the library hashes
    every frame, and dies of such a text. Bytes fit no type either."""
    if isinstance(value, str) and not fits(value, "string"):
        return value.encode("utf-8", "surrogatepass")
    return value
