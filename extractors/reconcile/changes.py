"""Changes against the two periods they are changes between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.model import Doubt
from extractors.reconcile.finding import at_cell, shown
from extractors.reconcile.sheets import NOISE, Number, Sheet

#: Headers and row labels of changes.
_WORDS = ("变化", "增减", "增长", "增幅", "增速", "变动", "升降", "增量", "涨幅")

#: A way of counting changes is a table's own where more than this share of its rows follow it,
_SHARE = 0.6

#: and so many of them.
LEAST = 3

#: An average change over fewer years is a plain one, over more it is no plan's.
SPANS = range(2, 11)

#: The only span that a plan's table need not say.
PLAN_YEARS = 5

#: What the brackets of a change mean: the whole change over the span, not the yearly one.
_BRACKETS = "（ ）"


@dataclass(frozen=True, slots=True)
class Change:
    """A printed change, the two numbers it is between, and where it stands."""

    sheet: Sheet
    row: int
    column: int
    before: Number
    after: Number
    printed: Number
    years: int


Span = tuple[float, float]
Way = Callable[[Change], Span | None]


def _difference(change: Change) -> Span:
    middle = change.after.value - change.before.value
    slack = change.after.half + change.before.half
    return middle - slack, middle + slack


def _growth(change: Change) -> Span | None:
    if change.before.low <= 0 or change.after.low <= 0:
        return None
    return (
        100 * (change.after.low / change.before.high - 1),
        100 * (change.after.high / change.before.low - 1),
    )


def _average(change: Change) -> Span | None:
    if change.before.low <= 0 or change.after.low <= 0 or change.years not in SPANS:
        return None
    power = 1 / change.years
    return (
        100 * ((change.after.low / change.before.high) ** power - 1),
        100 * ((change.after.high / change.before.low) ** power - 1),
    )


_WAYS: tuple[tuple[str, Way], ...] = (
    ("{b} - {a} = {x}", _difference),
    ("({b} / {a} - 1) × 100 = {x}", _growth),
    ("(({b} / {a}) ^ (1/{n}) - 1) × 100 = {x}", _average),
)


def _fits(change: Change, way: Way) -> bool | None:
    span = way(change)
    if span is None:
        return None
    # Changes are often taken before rounding, and cut off: one unit of the last decimal.
    slack = 2 * change.printed.half + NOISE
    return span[0] - slack <= change.printed.value <= span[1] + slack


def change_columns(sheets: Sequence[Sheet]) -> Iterator[Doubt]:
    """A column of changes (变化情况, 年均增速) against the two periods before it.

    Tables with the same columns are taken together, changes in brackets by themselves.
    """
    groups: dict[tuple[object, ...], list[Change]] = defaultdict(list)
    for sheet in sheets:
        for change in _changes(sheet):
            bracketed = (change.printed.qualifier or "").startswith(_BRACKETS)
            names = tuple(sheet.names[i] for i in sorted(sheet.numbers))
            groups[(*names, change.column, bracketed)].append(change)
    for changes in groups.values():
        yield from _off("change-years", changes)


def _changes(sheet: Sheet) -> Iterator[Change]:
    columns = sorted(sheet.numbers)
    for position, column in enumerate(columns):
        if not _is_change(sheet, column) or position < 2:
            continue
        first, second = columns[position - 2], columns[position - 1]
        years = _years(sheet.periods[first], sheet.periods[second])
        if years is None or _is_change(sheet, first) or _is_change(sheet, second):
            continue
        for row in sheet.data_rows:
            numbers = [sheet.numbers[i][row] for i in (first, second, column)]
            if numbers[0] and numbers[1] and numbers[2]:
                yield Change(sheet, row, column, numbers[0], numbers[1], numbers[2], years)


def _is_change(sheet: Sheet, column: int) -> bool:
    if sheet.table.columns[column].measure == "change":
        return True
    return any(word in sheet.names[column].rsplit("/", 1)[-1] for word in _WORDS)


def _years(before: str | None, after: str | None) -> int | None:
    """How many years lie between two periods; None where they are no years in order."""
    if not before or not after or len(before) != 4 or len(after) != 4:
        return None
    return int(after) - int(before) if int(after) > int(before) else None


def _off(code: str, changes: Sequence[Change]) -> Iterator[Doubt]:
    """The changes that do not fit the way that most of them follow."""
    best: tuple[int, list[Change], tuple[str, Way]] | None = None
    for way in _WAYS:
        outcomes = [(change, _fits(change, way[1])) for change in changes]
        held = sum(fit is True for _, fit in outcomes)
        wrong = [change for change, fit in outcomes if fit is False]
        if held >= LEAST and held > _SHARE * (held + len(wrong)) and (not best or held > best[0]):
            best = held, wrong, way
    if best is None:
        return
    _, wrong, (words, way_of) = best
    for change in wrong:
        span = way_of(change)
        assert span is not None
        value = shown(sum(span) / 2, change.printed.half)
        yield at_cell(
            code,
            change.sheet.table,
            change.row,
            change.column,
            expected=value,
            evidence=words.format(
                a=change.before.text, b=change.after.text, n=change.years, x=value
            ),
        )


# --- rows of changes -----------------------------------------------------------------------


def change_rows(sheet: Sheet) -> Iterator[Doubt]:
    """Rows of changes: between the rows of two periods, or of the row above year by year."""
    rows = [row for row in range(1, len(sheet.table.rows)) if _is_change_row(sheet, row)]
    if rows:
        yield from _off("growth-row", list(_between_rows(sheet, rows)))
    for row in rows:
        yield from _off("growth-row", list(_of_row_above(sheet, row)))


def _between_rows(sheet: Sheet, rows: Sequence[int]) -> Iterator[Change]:
    for row in rows:
        if row + 1 == len(sheet.table.rows):
            continue
        before, after = sheet.row_period(row - 1), sheet.row_period(row + 1)
        if before is None or after is None:
            continue
        for column, numbers in sheet.numbers.items():
            one, two, printed = numbers[row - 1], numbers[row + 1], numbers[row]
            if one and two and printed:
                yield Change(sheet, row, column, one, two, printed, 1)


def _is_change_row(sheet: Sheet, row: int) -> bool:
    return sheet.table.rows[row].kind == "change" or any(
        word in sheet.labels[row] for word in _WORDS
    )


def _of_row_above(sheet: Sheet, row: int) -> Iterator[Change]:
    if _is_change_row(sheet, row - 1):
        return
    columns = [i for i in sorted(sheet.numbers) if sheet.periods[i]]
    for first, second in pairwise(columns):
        if _years(sheet.periods[first], sheet.periods[second]) != 1:
            continue
        one, two = sheet.numbers[first][row - 1], sheet.numbers[second][row - 1]
        printed = sheet.numbers[second][row]
        if one and two and printed:
            yield Change(sheet, row, second, one, two, printed, 1)


# --- two levels with two growths -----------------------------------------------------------


def growth_bases(sheet: Sheet) -> Iterator[Doubt]:
    """A planned and a reached level, each with its yearly growth, start from one number."""
    columns = sorted(sheet.numbers)
    if len(columns) != 4 or len(sheet.data_rows) < LEAST:
        return
    flags = [_is_change(sheet, column) for column in columns]
    same = sheet.periods[columns[0]] == sheet.periods[columns[2]]
    if flags != [False, True, False, True] or not same:
        return
    outcomes = [(row, one) for row in sheet.data_rows if (one := _starts(sheet, row))]
    wrong = [(row, a, b) for row, (a, b) in outcomes if a[0] > b[1] or b[0] > a[1]]
    held = len(outcomes) - len(wrong)
    if held < LEAST or held <= _SHARE * len(outcomes):
        return
    for row, a, b in wrong:
        yield at_cell(
            "growth-base",
            sheet.table,
            row,
            columns[3],
            evidence=f"{PLAN_YEARS} years before, one pair says {sum(a) / 2:.4g}, "
            f"the other {sum(b) / 2:.4g}",
        )


def _starts(sheet: Sheet, row: int) -> tuple[Span, Span] | None:
    numbers = [sheet.numbers[column][row] for column in sorted(sheet.numbers)]
    given = [number for number in numbers if number is not None]
    if len(given) < 4 or any(number.qualifier for number in given):
        return None
    spans: list[Span] = []
    for level, growth in (given[:2], given[2:]):
        if level.low <= 0 or growth.low <= -100:
            return None
        low = level.low / (1 + (growth.value + 2 * growth.half) / 100) ** PLAN_YEARS
        high = level.high / (1 + (growth.value - 2 * growth.half) / 100) ** PLAN_YEARS
        spans.append((low, high))
    return spans[0], spans[1]
