"""Matrices of correlations: symmetric, marked by their own significance, those of the columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from extractors.model import Doubt
from extractors.reconcile.finding import at_cell, shown
from extractors.reconcile.sheets import Number, Sheet


def asymmetries(sheet: Sheet) -> Iterator[Doubt]:
    """A correlation of a with b that is not that of b with a."""
    if sheet.table.kind != "correlation":
        return
    stubs = sheet.panels[0].stubs if sheet.panels else ()
    blocks: dict[str, dict[str, int]] = defaultdict(dict)
    for index, label in enumerate(sheet.labels):
        variable, _, statistic = label.partition("/") if len(stubs) > 1 else (label, "", "")
        blocks[statistic].setdefault(variable, index)
    columns = {sheet.names[i]: i for i in sheet.numbers}
    for rows in blocks.values():
        names = [name for name in rows if name in columns]
        for position, one in enumerate(names):
            for other in names[position + 1 :]:
                upper = sheet.numbers[columns[other]][rows[one]]
                lower = sheet.numbers[columns[one]][rows[other]]
                if upper and lower and abs(upper.value - lower.value) > upper.half + lower.half:
                    yield at_cell(
                        "matrix-symmetry",
                        sheet.table,
                        rows[other],
                        columns[one],
                        expected=upper.text,
                        evidence=f"{one} × {other}: {upper.text}, line "
                        f"{sheet.table.rows[rows[one]].line}",
                    )


#: What the marks of a coefficient promise: the greatest probability that it is chance.
_MARKS = {"**": 0.01, "*": 0.05}


def marks(sheet: Sheet) -> Iterator[Doubt]:
    """A coefficient marked as significant whose printed significance says that it is not."""
    if sheet.table.kind != "correlation":
        return
    rows: dict[str, dict[str, int]] = defaultdict(dict)
    for index, label in enumerate(sheet.labels):
        variable, _, statistic = label.partition("/")
        is_chance = "显著" in statistic or "Sig" in statistic
        rows[variable].setdefault("chance" if is_chance else "coefficient", index)
    for found in rows.values():
        if len(found) < 2:
            continue
        for column, numbers in sheet.numbers.items():
            one, chance = numbers[found["coefficient"]], numbers[found["chance"]]
            limit = _MARKS.get(one.qualifier or "") if one else None
            if one and chance and limit is not None and chance.low > limit:
                yield at_cell(
                    "matrix-mark",
                    sheet.table,
                    found["coefficient"],
                    column,
                    expected=one.text.rstrip("*"),
                    evidence=f"its significance is {chance.text}, more than {limit:g}",
                )


#: A table of fewer rows gives no correlations.
LEAST_ROWS = 10

#: Of the coefficients so many, and this share, are those of the columns before another is
#: wrong. Methods and rounding before computing move one by less than `APART`.
LEAST_HELD = 2
SHARE_HELD = 0.5
APART = 0.01


def coefficients(sheets: Sequence[Sheet]) -> Iterator[Doubt]:
    """Coefficients against those of the columns that bear the names of the variables."""
    for matrix in sheets:
        if matrix.table.kind != "correlation":
            continue
        printed = _printed(matrix)
        names = {name for pair in printed for name in pair}
        for sheet in sheets:
            columns = {sheet.names[i]: i for i in sheet.numbers if sheet.names[i] in names}
            if sheet.table.kind != "correlation" and len(columns) == len(names) > 1:
                yield from _against(matrix, printed, sheet, columns)
                break


Printed = dict[tuple[str, str], tuple[int, int, Number]]


def _printed(matrix: Sheet) -> Printed:
    """Each pair of variables once, with the place and the number that is printed first."""
    columns = {matrix.names[i]: i for i in matrix.numbers}
    found: Printed = {}
    for row, label in enumerate(matrix.labels):
        one = label.partition("/")[0]
        for other, column in columns.items() if one in columns else ():
            number = matrix.numbers[column][row]
            pair = (one, other) if one < other else (other, one)
            if one != other and number is not None:
                found.setdefault(pair, (row, column, number))
    return found


def _against(
    matrix: Sheet, printed: Printed, sheet: Sheet, columns: dict[str, int]
) -> Iterator[Doubt]:
    values = {
        name: [number.value if number else np.nan for number in sheet.numbers[i]]
        for name, i in columns.items()
    }
    table = np.array([values[name] for name in columns])
    whole = table[:, ~np.isnan(table).any(axis=0)]
    if whole.shape[1] < LEAST_ROWS or (whole.std(axis=1) == 0).any():
        return
    computed = np.corrcoef(whole)
    places = {name: place for place, name in enumerate(columns)}
    wrong = []
    for (one, other), (row, column, number) in printed.items():
        expected = float(computed[places[one], places[other]])
        if abs(number.value - expected) > APART:
            wrong.append((row, column, number, expected))
    held = len(printed) - len(wrong)
    if held < LEAST_HELD or held < SHARE_HELD * len(printed):
        return
    for row, column, number, expected in wrong:
        yield at_cell(
            "matrix-columns",
            matrix.table,
            row,
            column,
            expected=shown(expected, number.half),
            evidence=f"the columns of line {sheet.table.caption_line or sheet.table.line} "
            f"give {shown(expected, number.half)}; {held} other coefficients are theirs",
        )
