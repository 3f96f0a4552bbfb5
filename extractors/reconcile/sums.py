"""Totals against their parts: across a row, down a column, by weights that the table has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from extractors.model import Doubt, Table
from extractors.reconcile.finding import at_cell, shown
from extractors.reconcile.sheets import NOISE, Number, Sheet, is_rate

#: A total is a sum where this share of its rows add up; a table with more errors is another
#: thing (an index, a mean) that comes near by chance.
HOLDS = 0.8

#: In fewer rows a sum may be chance.
LEAST_ROWS = 4

#: Of the few years of a row this many must add up before another is said to be wrong.
LEAST_YEARS = 3

#: A sum of smaller numbers, in units of the last decimal, is too often one by chance.
LEAST_UNITS = 100

#: Rows that a search for sums tries first: an error sits in few of them.
SAMPLE = 9


def column_sums(sheet: Sheet) -> Iterator[Doubt]:
    """Row by row: a column that is the sum of the columns beside it."""
    for panel in sheet.panels:
        columns = [i for i in panel.values if not is_rate(sheet.table.columns[i])]
        if len(columns) < 3:
            continue
        for total, parts in _found_sums(sheet, columns):
            yield from _broken_rows(sheet, total, parts)


def _found_sums(sheet: Sheet, columns: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    rows = [r for r in sheet.data_rows if all(sheet.numbers[c][r] for c in columns[:1])]
    sample = rows[:: max(1, len(rows) // SAMPLE)]
    for place, total in enumerate(columns):
        best: tuple[float, list[int]] = (0.0, [])
        for parts in _runs(columns, place):
            if sheet.unit(total) != sheet.unit(parts[0]) and sheet.unit(total):
                continue
            first = _share(sheet, total, parts, sample)
            if first < 0.6:
                continue
            share = _share(sheet, total, parts, rows)
            if share >= HOLDS and (share, len(parts)) > (best[0], len(best[1])):
                best = share, parts
        if best[1]:
            yield total, best[1]


def _runs(columns: Sequence[int], place: int) -> Iterator[list[int]]:
    """The runs of two and more columns that end before, or start behind, the total."""
    for length in range(2, len(columns)):
        if place - length >= 0:
            yield list(columns[place - length : place])
        if place + length < len(columns):
            yield list(columns[place + 1 : place + 1 + length])


def _share(sheet: Sheet, total: int, parts: Sequence[int], rows: Sequence[int]) -> float:
    outcomes = [one for row in rows if (one := _adds_up(sheet, row, total, parts)) is not None]
    return sum(outcomes) / len(outcomes) if len(outcomes) >= LEAST_ROWS else 0.0


def _adds_up(sheet: Sheet, row: int, total: int, parts: Sequence[int]) -> bool | None:
    """None where a number is missing or the sum is too small to tell."""
    whole = sheet.numbers[total][row]
    numbers = [sheet.numbers[part][row] for part in parts]
    known = [number for number in numbers if number is not None]
    if whole is None or len(known) < len(numbers) or sum(n.value != 0 for n in known) < 2:
        return None
    if whole.units < LEAST_UNITS:
        return None
    return _holds(whole, known)


def _holds(whole: Number, parts: Sequence[Number]) -> bool:
    slack = whole.half + sum(part.half for part in parts)
    added = sum(part.value for part in parts)
    return abs(whole.value - added) <= slack + NOISE * max(1.0, abs(whole.value))


def _broken_rows(sheet: Sheet, total: int, parts: Sequence[int]) -> Iterator[Doubt]:
    for row in sheet.data_rows:
        if _adds_up(sheet, row, total, parts) is False:
            yield _sum_doubt("parts-total", sheet.table, row, total, _at(sheet, row, parts))


def _at(sheet: Sheet, row: int, columns: Iterable[int]) -> list[Number]:
    return [number for c in columns if (number := sheet.numbers[c][row]) is not None]


def _sum_doubt(code: str, table: Table, row: int, column: int, parts: Sequence[Number]) -> Doubt:
    added = sum(part.value for part in parts)
    half = min((part.half for part in parts), default=0.0)
    shown_parts = " + ".join(part.text for part in parts)
    return at_cell(
        code,
        table,
        row,
        column,
        expected=shown(added, half),
        evidence=f"{shown_parts} = {shown(added, half)}",
    )


# --- rows that add up others ---------------------------------------------------------------


def row_sums(sheet: Sheet) -> Iterator[Doubt]:
    """Year by year: a row that is the sum of the rows below it (总量, 其中 电信, 邮政)."""
    columns = [i for i in sheet.numbers if sheet.periods[i] and not is_rate(sheet.table.columns[i])]
    rows = sheet.data_rows
    if len(columns) <= LEAST_YEARS or len(rows) > 60:
        return
    units = {row: sheet.row_unit(sheet.table.rows[row]) for row in rows}
    for place, total in enumerate(rows):
        for length in range(2, 7):
            parts = rows[place + 1 : place + 1 + length]
            if len(parts) < length or any(units[part] != units[total] for part in parts):
                break
            outcomes = {c: _row_adds_up(sheet, c, total, parts) for c in columns}
            holding = sum(outcome is True for outcome in outcomes.values())
            broken = [c for c, outcome in outcomes.items() if outcome is False]
            if holding >= LEAST_YEARS and 0 < len(broken) < holding / 2:
                for column in broken:
                    numbers = [n for r in parts if (n := sheet.numbers[column][r]) is not None]
                    yield _sum_doubt("parts-total", sheet.table, total, column, numbers)


def _row_adds_up(sheet: Sheet, column: int, total: int, parts: Sequence[int]) -> bool | None:
    numbers = sheet.numbers[column]
    whole, known = numbers[total], [numbers[part] for part in parts]
    given = [number for number in known if number is not None]
    if whole is None or len(given) < len(known) or whole.units < LEAST_UNITS:
        return None
    return _holds(whole, given)


def total_rows(sheet: Sheet) -> Iterator[Doubt]:
    """The total row (总计, 合计) against all other rows of each column.

    A column of rates does not add up. So a column is said to be wrong only where another
    one of the table adds up, and where its own sum comes near.
    """
    table = sheet.table
    totals = [i for i, row in enumerate(table.rows) if row.kind == "total"]
    parts = [i for i, row in enumerate(table.rows) if row.kind == "data"]
    if len(totals) != 1 or len(parts) < 3 or any(row.kind == "part" for row in table.rows):
        return
    held, near = 0, []
    for column in sheet.numbers:
        whole = sheet.numbers[column][totals[0]]
        given = [sheet.numbers[column][part] for part in parts]
        known = [number for number in given if number is not None]
        if whole is None or len(known) < len(given) or whole.units < LEAST_UNITS:
            continue
        if _holds(whole, known):
            held += 1
        elif abs(sum(n.value for n in known) - whole.value) <= 0.5 * abs(whole.value):
            near.append((column, known))
    for column, known in near if held else ():
        added = sum(number.value for number in known)
        yield at_cell(
            "total-row",
            table,
            totals[0],
            column,
            expected=shown(added, known[0].half),
            evidence=f"{len(known)} rows add up to {shown(added, known[0].half)}",
        )


# --- weights that the rows share -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sample:
    """A total with its parts and the place of the total."""

    total: Number
    parts: tuple[Number, ...]
    table: Table
    row: int
    column: int


#: Weights are found from so many rows for every part, so that each is pinned several times.
ROWS_PER_PART = 4

#: A scheme gives weights in hundredths.
WEIGHT_STEP = 0.01


def weighted_totals(sheets: Sequence[Sheet]) -> Iterator[Doubt]:
    """Totals that are weighted sums, with weights that nearly all rows agree on.

    Rows of tables with the same parts (25 provinces, each with a table of its own) are
    taken together.
    """
    groups: dict[tuple[str, ...], list[Sample]] = defaultdict(list)
    for sheet in sheets:
        for names, sample in (*_across(sheet), *_down(sheet)):
            groups[names].append(sample)
    for samples in groups.values():
        yield from _misweighted(samples)


def _across(sheet: Sheet) -> Iterator[tuple[tuple[str, ...], Sample]]:
    for panel in sheet.panels:
        columns = [i for i in panel.values if not is_rate(sheet.table.columns[i])]
        totals = [i for i in columns if sheet.table.columns[i].field == "total"]
        total = totals[0] if len(totals) == 1 else columns[-1] if columns else None
        parts = [i for i in columns if i != total]
        if total is None or not 2 <= len(parts) <= 8:
            continue
        names = ("across", sheet.names[total], *(sheet.names[part] for part in parts))
        for row in sheet.data_rows:
            whole, numbers = sheet.numbers[total][row], _at(sheet, row, parts)
            if whole is not None and len(numbers) == len(parts):
                yield names, Sample(whole, tuple(numbers), sheet.table, row, total)


def _down(sheet: Sheet) -> Iterator[tuple[tuple[str, ...], Sample]]:
    rows = sheet.data_rows
    columns = [i for i in sheet.numbers if sheet.periods[i]]
    if not 3 <= len(rows) <= 9 or sheet.table.kind != "scores":
        return
    *parts, total = rows
    names = ("down", *(sheet.labels[part] for part in parts))
    for column in columns:
        whole = sheet.numbers[column][total]
        numbers = [n for part in parts if (n := sheet.numbers[column][part]) is not None]
        if whole is not None and len(numbers) == len(parts):
            yield names, Sample(whole, tuple(numbers), sheet.table, total, column)


def _misweighted(samples: Sequence[Sample]) -> Iterator[Doubt]:
    count = len(samples[0].parts)
    if len(samples) < ROWS_PER_PART * count:
        return
    weights = _weights(samples)
    if weights is None or np.allclose(weights, 1.0):  # a plain sum is checked as one
        return
    wrong = [sample for sample in samples if not _weighs(sample, weights)]
    if len(wrong) > (1 - HOLDS) * len(samples):
        return
    for sample in wrong:
        expected = float(sum(w * p.value for w, p in zip(weights, sample.parts, strict=True)))
        terms = " + ".join(f"{w:g} × {p.text}" for w, p in zip(weights, sample.parts, strict=True))
        yield at_cell(
            "weighted-total",
            sample.table,
            sample.row,
            sample.column,
            expected=shown(expected, sample.total.half),
            evidence=f"{terms} = {shown(expected, sample.total.half)}; "
            f"so in {len(samples) - len(wrong)} of {len(samples)} rows",
        )


def _weights(samples: Sequence[Sample]) -> list[float] | None:
    """The weights, in hundredths, that at least `HOLDS` of the samples agree on."""
    parts = np.array([[part.value for part in sample.parts] for sample in samples])
    totals = np.array([sample.total.value for sample in samples])
    keep = np.ones(len(samples), dtype=bool)
    for _ in range(12):
        solution, _, rank, _ = np.linalg.lstsq(parts[keep], totals[keep], rcond=None)
        if rank < parts.shape[1]:
            return None
        rounded = [round(float(weight) / WEIGHT_STEP) * WEIGHT_STEP for weight in solution]
        if min(rounded) <= 0 or max(rounded) > 1:
            rounded = []
        elif sum(_weighs(sample, rounded) for sample in samples) >= HOLDS * len(samples):
            return [round(weight, 2) for weight in rounded]
        errors = np.abs(parts @ solution - totals)
        errors[~keep] = -1.0
        worst = int(errors.argmax())
        keep[worst] = False
        if keep.sum() < HOLDS * len(samples):
            return None
    return None


def _weighs(sample: Sample, weights: Sequence[float]) -> bool:
    pairs = list(zip(weights, sample.parts, strict=True))
    slack = sample.total.half + sum(weight * part.half for weight, part in pairs)
    added = sum(weight * part.value for weight, part in pairs)
    return abs(sample.total.value - added) <= slack + NOISE * max(1.0, abs(added))
