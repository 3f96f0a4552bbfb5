"""Corrections as data: what a person decided that a cell should have printed.

They stand in the document's sidecar, each with its place, the print that it expects, the new
value, the reason, the evidence and who decided it::

    corrections:
      - table: 8f2a1c3d-l12
        row: 3
        column: 5
        printed: "171.0"
        value: "71.0"
        reason: a digit is printed twice
        evidence: the parts of the row add up to 71.0
        decided_by: data desk
        decided_on: 2026-11-20

``edition``, ``document`` and ``decided_on`` may be left out. Print, ``obs_value`` and ``rank`` stay
as they are: `corrections` has a row for each, and `corrected` is the view that applies them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa

from extractors.model import DocumentError
from extractors.values import parse_rank, parse_value
from flows.store import Release, Store

Row = Mapping[str, Any]

#: What identifies a cell in all datasets.
KEY = ("edition", "document", "table_id", "row_number", "column_number")

_TEXTS = ("table", "printed", "value", "reason", "evidence", "decided_by")
_NUMBERS = ("row", "column")
_OPTIONAL = ("edition", "document", "decided_on")


class _Unfit(Exception):
    """Why one correction cannot be applied."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def correction_rows(
    records: Mapping[str, Sequence[Row]], stated: Any, document: str
) -> list[dict[str, Any]]:
    """The rows of ``corrections`` that a sidecar's ``corrections`` make of a document's records.

    Raises `DocumentError`, naming every correction that does not fit: ``correction-form`` where
    it is not whole, ``correction-unmatched`` where nothing, or something else, is printed at its
    place, ``correction-settled`` where the source is right by now.
    """
    if stated is None:
        return []
    if not isinstance(stated, list):
        raise DocumentError(document, "its sidecar's corrections are no list", code=_FORM)
    place = _Places(records)
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    unfit: list[tuple[int, _Unfit]] = []
    for number, one in enumerate(stated, start=1):
        try:
            row = place.row(_checked(one))
            key = tuple(row[name] for name in KEY)
            if key in rows:
                raise _Unfit(_FORM, "another correction is of the same cell")
            rows[key] = row
        except _Unfit as error:
            unfit.append((number, error))
    if unfit:
        said = "; ".join(f"correction {number}: {error.reason}" for number, error in unfit)
        raise DocumentError(document, said, code=unfit[0][1].code)
    return list(rows.values())


_FORM, _UNMATCHED, _SETTLED = "correction-form", "correction-unmatched", "correction-settled"


def _checked(one: Any) -> Row:
    """A correction that is whole."""
    if not isinstance(one, Mapping):
        raise _Unfit(_FORM, "it has no names with values")
    unknown = sorted(str(name) for name in set(one) - {*_TEXTS, *_NUMBERS, *_OPTIONAL})
    if unknown:
        raise _Unfit(_FORM, f"nothing is called {', '.join(unknown)}")
    for name in _TEXTS:
        value = one.get(name)
        if not isinstance(value, str) or (not value.strip() and name != "printed"):
            raise _Unfit(_FORM, f"{name} is {value!r}; give it as a text, in quotes")
    for name in _NUMBERS:
        if type(one.get(name)) is not int:
            raise _Unfit(_FORM, f"{name} is {one.get(name)!r}; give its number, from 1")
    return one


class _Places:
    """The cells of a document, and what was read from each."""

    def __init__(self, records: Mapping[str, Sequence[Row]]) -> None:
        self._document = records["documents"][0]
        self._cells = _by_place(records["cells"])
        self._numbers = _by_place(records["observations"])
        self._ranks = _by_place(records["rankings"])

    def row(self, one: Row) -> dict[str, Any]:
        """The row of ``corrections``; raises `_Unfit`."""
        place = (one["table"], one["row"], one["column"])
        where = "table {} row {} column {}".format(*place)
        for name in ("edition", "document"):
            if one.get(name) not in (None, self._document[name]):
                raise _Unfit(_UNMATCHED, f"{name} {one[name]} is not {self._document[name]}")
        cell = self._cells.get(place)
        if cell is None:
            raise _Unfit(_UNMATCHED, f"no cell is at {where}")
        printed = cell["value_printed"] or ""
        if printed == one["value"]:
            raise _Unfit(_SETTLED, f"{where} prints {printed!r} by now: take the correction out")
        if printed != one["printed"]:
            raise _Unfit(
                _UNMATCHED, f"{where} prints {printed!r}, and {one['printed']!r} was expected"
            )
        return {
            **{name: self._document[name] for name in ("edition", "document", "document_sha256")},
            **{name: cell[name] for name in ("table_id", "row_number", "column_number")},
            **{name: cell[name] for name in ("row_label", "column_label", "page", "line")},
            "value_printed": printed,
            "value_corrected": one["value"],
            "obs_value_corrected": self._number(place, one),
            "rank_corrected": parse_rank(one["value"]) if place in self._ranks else None,
            **{name: one[name] for name in ("reason", "evidence", "decided_by")},
            "decided_on": _day(one.get("decided_on")),
        }

    def _number(self, place: tuple[Any, ...], one: Row) -> float | None:
        """The corrected number, in the sign that the column gives its numbers."""
        observation = self._numbers.get(place)
        number = parse_value(one["value"]).number if observation else None
        if observation is None or number is None:
            return None
        before = parse_value(one["printed"]).number
        turned = before and observation["obs_value"] == -before
        return float(-number if turned else number)


def _by_place(rows: Iterable[Row]) -> dict[tuple[Any, ...], Row]:
    return {(row["table_id"], row["row_number"], row["column_number"]): row for row in rows}


def _day(stated: Any) -> str | None:
    """YAML reads 2026-11-20 as a date."""
    if stated is None or isinstance(stated, str):
        return stated
    if isinstance(stated, datetime.date):
        return stated.isoformat()[:10]
    raise _Unfit(_FORM, f"decided_on is {stated!r}; give a day as 2026-11-20")


#: What each dataset's corrected column is made of: its own, and that of ``corrections``.
_APPLIED = {
    "observations": ("obs_value", "obs_value_corrected", pa.float64()),
    "rankings": ("rank", "rank_corrected", pa.int64()),
    "cells": ("value_printed", "value_corrected", pa.string()),
}


def corrected(
    store: Store,
    dataset: Literal["observations", "rankings", "cells"] = "observations",
    release: Release | str | None = None,
) -> pa.Table:
    """A dataset of a release (the newest) with its corrections applied beside the print.

    Every row is there as it landed, with two columns more: ``obs_value_corrected`` (or
    ``rank_corrected``, ``value_corrected``), which is the landed value where nobody corrected
    it, and ``is_corrected``. Raises `StoreError` where the store cannot be read.
    """
    own, other, kind = _APPLIED[dataset]
    rows = store.read(dataset, release)
    corrections = store.read("corrections", release, [*KEY, other]).to_pylist()
    new = {tuple(row[name] for name in KEY): row[other] for row in corrections}
    flags, values = zip(*_applied(rows, own, new), strict=True) if rows.num_rows else ((), ())
    rows = rows.append_column(pa.field(other, kind), pa.array(values, kind))
    return rows.append_column("is_corrected", pa.array(flags, pa.bool_()))


def _applied(
    rows: pa.Table, own: str, new: Mapping[tuple[Any, ...], Any]
) -> Iterator[tuple[bool, Any]]:
    columns = [rows.column(name).to_pylist() for name in (*KEY, own)]
    for *key, value in zip(*columns, strict=True):
        place = tuple(key)
        yield place in new, new.get(place, value)
