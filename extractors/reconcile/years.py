"""Years: those of the caption against the table's, and those that repeat or skip."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from extractors.model import Doubt
from extractors.periods import find_years
from extractors.reconcile.finding import at_cell
from extractors.reconcile.sheets import Sheet
from extractors.records.labels import bare_caption

_SPAN = re.compile(r"(?<!\d)((?:19|20)\d{2})年?\s*[-—–－~～至]{1,2}\s*((?:19|20)\d{2})(?!\d)")

#: Two years make no sequence.
LEAST_YEARS = 3


def caption_years(sheet: Sheet) -> Iterator[Doubt]:
    """A caption's span (2011—2016年) against the first and last year of columns or rows."""
    caption = bare_caption(sheet.table.caption or "")
    span = _SPAN.search(caption)
    years = _table_years(sheet)
    if not span or len(set(years)) < 2:
        return
    first, last = int(span[1]), int(span[2])
    if last > first and (min(years), max(years)) != (first, last):
        yield at_cell(
            "caption-years",
            sheet.table,
            printed=span.group(),
            expected=f"{min(years)}—{max(years)}",
            evidence=f"the table has {'、'.join(map(str, dict.fromkeys(years)))}",
        )


def _table_years(sheet: Sheet) -> list[int]:
    """The years of the columns, else those of the rows."""
    columns = [
        int(period)
        for i, column in enumerate(sheet.table.columns)
        if (period := sheet.periods[i]) and len(period) == 4 and column.role != "text"
    ]
    return columns or [year for _, year in _row_years(sheet)]


def _row_years(sheet: Sheet) -> list[tuple[int, int]]:
    found = ((i, sheet.row_period(i)) for i in range(len(sheet.table.rows)))
    return [(i, int(period)) for i, period in found if period and len(period) == 4]


def year_sequences(sheet: Sheet) -> Iterator[Doubt]:
    """Years of rows, and of columns under one header, that repeat or skip."""
    rows = _row_years(sheet)
    labelled = sum(row.kind in ("data", "total") for row in sheet.table.rows)
    if len(rows) >= LEAST_YEARS and len(rows) >= 0.8 * labelled:
        stub = sheet.panels[0].stubs[0] if sheet.panels and sheet.panels[0].stubs else None
        for index, year, expected in _odd(sheet, rows):
            yield at_cell(
                "year-sequence",
                sheet.table,
                index,
                stub,
                printed=str(year),
                expected=expected,
                evidence="、".join(str(one) for _, one in rows),
            )
    for group in _column_groups(sheet):
        for index, year, expected in _odd(sheet, group):
            yield at_cell(
                "year-sequence",
                sheet.table,
                None,
                index,
                printed=str(year),
                expected=expected,
                evidence="、".join(str(one) for _, one in group),
            )


def _column_groups(sheet: Sheet) -> Iterator[list[tuple[int, int]]]:
    """The value columns that differ in nothing but their years."""
    groups: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for i, column in enumerate(sheet.table.columns):
        period = sheet.periods[i]
        if column.role == "value" and period and len(period) == 4:
            years = find_years(sheet.names[i])
            name = sheet.names[i]
            for year in years:
                name = name.replace(str(year), "")
            groups.setdefault((name, column.panel), []).append((i, int(period)))
    yield from (group for group in groups.values() if len(group) >= LEAST_YEARS)


def _odd(sheet: Sheet, years: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, str | None]]:
    """The years that break the step of most, with what should stand there.

    Where there are as many years as the caption's span has, each has its own.
    """
    values = [year for _, year in years]
    steps = [b - a for a, b in pairwise(values)]
    if len(set(steps)) == 1:
        return
    span = _SPAN.search(bare_caption(sheet.table.caption or ""))
    ends = [(int(span[1]), int(span[2]))] if span else []
    for first, last in (*ends, (values[0], values[-1])):
        whole = list(range(first, last + 1)) or list(range(first, last - 1, -1))
        wrong = [place for place, year in enumerate(whole) if values[place : place + 1] != [year]]
        if len(whole) == len(values) and len(wrong) <= len(values) / 2:
            yield from ((years[i][0], values[i], str(whole[i])) for i in wrong)
            return
    step, _ = Counter(steps).most_common(1)[0]
    if step == 0 or steps.count(step) < len(steps) / 2:
        return
    seen: set[int] = set()
    for (_, before), (index, year) in pairwise(years):
        seen.add(before)
        # A jump among steps of one year; years that are five apart may leave some out.
        lonely = abs(step) == 1 and steps.count(step) == len(steps) - 1
        if year in seen or (year - before != step and lonely):
            yield index, year, str(before + step)
