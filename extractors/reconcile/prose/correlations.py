"""相关系数 r=0.685: coefficients of the text against the matrix that prints them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from extractors.model import Doubt
from extractors.reconcile.prose.paragraphs import Paragraph
from extractors.reconcile.sheets import Number, Sheet

_COEFFICIENT = re.compile(r"r=(?P<value>-?0?\.\d+|-?[01](?:\.\d+)?)")

Matrix = Mapping[tuple[str, str], Number]

#: Of the coefficients of a text so many must be the matrix's before one is said to be wrong.
LEAST_HELD = 2


def correlation_errors(paragraphs: Iterable[Paragraph], sheets: Sequence[Sheet]) -> Iterator[Doubt]:
    """Coefficients of two variables that the text names and the matrix gives otherwise."""
    matrix = {key: number for sheet in sheets for key, number in _matrix(sheet)}
    if not matrix:
        return
    names = sorted({name for pair in matrix for name in pair}, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, names)))
    told = [
        (paragraph, *one)
        for paragraph in paragraphs
        if "r=" in paragraph.text
        for one in _said(paragraph.text, pattern, matrix)
    ]
    wrong = [one for one in told if abs(one[2].value - one[3].value) > one[2].half + one[3].half]
    if len(told) - len(wrong) < LEAST_HELD:
        return
    for paragraph, offset, said, given, pair in wrong:
        yield paragraph.doubt(
            "prose-correlation",
            offset,
            printed=said.text,
            expected=given.text,
            evidence=f"{' × '.join(pair)} in the matrix",
        )


def _matrix(sheet: Sheet) -> Iterator[tuple[tuple[str, str], Number]]:
    """The first number that a matrix gives for each two variables (the coefficient)."""
    if sheet.table.kind != "correlation":
        return
    columns = {sheet.names[i]: i for i in sheet.numbers}
    seen: set[tuple[str, str]] = set()
    for row, label in enumerate(sheet.labels):
        one = label.partition("/")[0]
        for other, column in columns.items():
            number = sheet.numbers[column][row]
            if one in columns and one != other and number and (one, other) not in seen:
                seen.add((one, other))
                yield (one, other), number


def _said(
    text: str, pattern: re.Pattern[str], matrix: Matrix
) -> Iterator[tuple[int, Number, Number, tuple[str, str]]]:
    """Every coefficient with the variable before it and the one that its sentence is about."""
    for match in _COEFFICIENT.finditer(text):
        names = list(pattern.finditer(text, 0, match.start()))
        start = text.rfind("。", 0, match.start())
        subject = next(
            (
                one.group()
                for one in reversed(names)
                if one.start() > start and text[max(one.start() - 1, 0)] == "就"
            ),
            None,
        )
        if not names or subject is None or names[-1].group() == subject:
            continue
        pair = (subject, names[-1].group())
        given = matrix.get(pair)
        if given is not None and match.start() - names[-1].end() <= 8:
            value = match["value"]
            decimals = len(value.partition(".")[2])
            yield (
                match.start("value"),
                Number(float(value), 0.5 * 10.0**-decimals, value),
                given,
                pair,
            )
