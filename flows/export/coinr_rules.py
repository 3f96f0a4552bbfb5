"""What COINr's ``new_coin()`` demands of iData and iMeta, as Python, so that a wrong file is
refused where it is made.

Ported from ``check_iData()``, ``check_iMeta()`` and the cross checks of ``new_coin()``
(https://github.com/bluefoxr/COINr, R/new_coin.R), with three rules that are stricter: codes have
no blanks and begin with a letter (1.1.2 and later), Unit is stated for all but groups
(before 1.0), and uCode with Time is unique even where R's ``anyDuplicated() > 1`` misses it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

#: Columns of iData that are not described in iMeta.
SPECIAL = ("uCode", "uName", "Time")

REQUIRED = ("Level", "iCode", "Parent", "Direction", "Type", "Weight")
TYPES = frozenset(("Indicator", "Aggregate", "Group", "Denominator", "Other"))

#: Types that are part of the index.
BUILT = frozenset(("Indicator", "Aggregate"))

_CODE = re.compile(r"[^\W\d_]\S*")


def problems(data: Sequence[Row], meta: Sequence[Row], columns: Sequence[str]) -> list[str]:
    """All that COINr would stop at, in its order; ``columns`` are those of iData.

    Rows are as read from the files: numbers as numbers, NA as None.
    """
    return [*data_problems(data, columns), *meta_problems(meta), *_crossed(data, meta, columns)]


def data_problems(data: Sequence[Row], columns: Sequence[str]) -> Iterator[str]:
    """What ``check_iData()`` stops at."""
    if "uCode" not in columns:
        yield "iData has no uCode"
        return
    for row in data:
        if not isinstance(row["uCode"], str) or not _CODE.fullmatch(row["uCode"]):
            yield f"uCode {row['uCode']!r} is no code: a letter first, no blanks"
        if "Time" in columns and not _is_number(row["Time"]):
            yield f"Time {row['Time']!r} is no number"
        if "uName" in columns and not isinstance(row["uName"], str):
            yield f"uName {row['uName']!r} is no text"
    for code, time in _twice((row["uCode"], row.get("Time")) for row in data):
        yield f"uCode {code} at Time {time} stands twice"
    for name in _twice(columns):
        yield f"the column {name} stands twice"
    for name in columns:
        if not _CODE.fullmatch(name):
            yield f"the column {name!r} is no code: a letter first, no blanks"
    for name in sorted({row["uCode"] for row in data} & set(columns)):
        yield f"{name} is a uCode and a column"


def meta_problems(meta: Sequence[Row]) -> Iterator[str]:
    """What ``check_iMeta()`` stops at."""
    missing = [name for name in REQUIRED if meta and name not in meta[0]]
    if missing or not meta:
        yield f"iMeta lacks {', '.join(missing) or 'all rows'}"
        return
    yield from _levels(meta)
    for code in _twice(row["iCode"] for row in meta):
        yield f"iCode {code} stands twice"
    for row in meta:
        yield from _meta_row(row)
    yield from _parents(meta)


def _levels(meta: Sequence[Row]) -> Iterator[str]:
    levels = {row["Level"] for row in meta if row["Level"] is not None}
    if any(not isinstance(level, int) or not 1 <= level <= 1000 for level in levels):
        yield f"Level has other than whole numbers from 1: {sorted(levels, key=str)}"
    elif levels != set(range(1, max(levels, default=0) + 1)) or not levels:
        yield f"Level skips one: {sorted(levels)}"


def _meta_row(row: Row) -> Iterator[str]:
    code, kind = row["iCode"], row["Type"]
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        yield f"iCode {code!r} is no code: a letter first, no blanks"
    if row["Direction"] not in (None, -1, 1):
        yield f"{code}: Direction {row['Direction']} is neither -1 nor 1"
    if kind not in TYPES:
        yield f"{code}: Type {kind!r} is none of {', '.join(sorted(TYPES))}"
    if kind in BUILT:
        for name in ("Level", "Direction", "Weight"):
            if not _is_number(row[name]):
                yield f"{code}: {name} {row[name]!r} is no number"
    if kind == "Indicator" and row["Level"] != 1:
        yield f"{code}: an indicator at Level {row['Level']}"
    if kind == "Indicator" and "Target" in row and not _is_number(row["Target"]):
        yield f"{code}: Target {row['Target']!r} is no number"
    if "iName" in row and not isinstance(row["iName"], str):
        yield f"{code}: iName {row['iName']!r} is no text"
    if "Unit" in row and kind != "Group" and not isinstance(row["Unit"], str):
        yield f"{code}: Unit {row['Unit']!r} is no text"


def _parents(meta: Sequence[Row]) -> Iterator[str]:
    """Every parent is in the level right above, and only the highest level has none."""
    levels = {row["iCode"]: row["Level"] for row in meta}
    highest = max((level for level in levels.values() if isinstance(level, int)), default=0)
    parents = {row["Parent"] for row in meta}
    for row in meta:
        code, parent, level = row["iCode"], row["Parent"], row["Level"]
        if parent is not None and parent not in levels:
            yield f"{code}: Parent {parent} is no iCode"
        elif row["Type"] not in BUILT:
            continue
        elif level == highest:
            if parent is not None:
                yield f"{code}: has a Parent at the highest level"
        elif parent is None or not isinstance(level, int) or levels[parent] != level + 1:
            yield f"{code}: Parent {parent} is not in the level above {level}"
        if row["Type"] == "Aggregate" and code not in parents:
            yield f"{code}: an aggregate of nothing"


def _crossed(data: Sequence[Row], meta: Sequence[Row], columns: Sequence[str]) -> Iterator[str]:
    """What ``new_coin()`` stops at after both are right."""
    described = {row["iCode"] for row in meta}
    for name in columns:
        if name not in SPECIAL and name not in described:
            yield f"the column {name} is not in iMeta"
    for row in meta:
        code, kind = row["iCode"], row["Type"]
        if kind == "Aggregate" and code in columns:
            yield f"{code}: an aggregate is a column of iData"
        elif kind != "Aggregate" and code not in columns:
            yield f"{code}: no column of iData"
        elif kind == "Indicator":
            wrong = [
                one[code] for one in data if one[code] is not None and not _is_number(one[code])
            ]
            if wrong:
                yield f"{code}: {wrong[0]!r} is no number"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _twice(values: Iterable[Any]) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]
