"""What the columns of a scheme hold, read from their headers.

``一级指标及权重`` names nodes with their weights, ``二级指标释义及评价方法`` says how the nodes of the
level beside it are defined and scored, ``二级指标分项及计算方法`` names nodes one level below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.model import Column, Table
from schemas.schemes import SchemeWords, scheme_words
from schemas.units import half_width
from schemas.vocabulary import squeeze

_LEVEL = re.compile(
    r"^(?:第?([一二三四五六1-6])[级层](?:评价|评估|考核)?(?:指标|分类|维度|要素|目录)?)"
)
_NUMBERS = {numeral: number for number, numeral in enumerate("一二三四五六", start=1)}
_BRACKETS = re.compile(r"[（(\[【][^（()）\[\]【】]*[)）\]】]")
_AND = re.compile(r"[及与和、/／+]")
_POINTS_BRACKET = re.compile(r"[（(]\s*(?:单位[:：])?\s*分\s*[)）]|满分")
_PERCENT_BRACKET = re.compile(r"[（(]\s*(?:单位[:：])?\s*[%％]\s*[)）]")


@dataclass(slots=True)
class SchemeColumn:
    """A column of a scheme.

    ``level`` is set where its cells name nodes, counted from 1 at the top of the scheme.
    ``fields`` are what its cells say, of the nodes that they name or, where ``level`` is None,
    of the nodes of the level ``owner``. ``points`` is true of a weight that counts points.
    """

    index: int
    level: int | None = None
    owner: int | None = None
    fields: tuple[str, ...] = ()
    points: bool = False
    percent: bool = False


def scheme_columns(columns: Sequence[Column]) -> list[SchemeColumn]:
    """One a column, in order; a column whose header says nothing known has no fields."""
    words = scheme_words()
    read = [_read(index, column, words) for index, column in enumerate(columns)]
    _rank_levels(read)
    _give_owners(read)
    return read


def is_scheme(table: Table) -> bool:
    """Whether a table sets out indicators: columns that name them, and say of them only words,
    codes and weights."""
    columns = scheme_columns(table.columns)
    levels = [column for column in columns if column.level]
    said = {field for column in columns for field in column.fields if field != "ignored"}
    if not levels or any(column.role == "rank" for column in table.columns):
        return False
    explained = said & {"definition", "formula", "data_requirement", "data_source"}
    if len(levels) < 2 and not (said & {"code", "weight"}):
        return False
    if not explained and "weight" not in said:
        return False
    weighing = {c.index for c in columns if c.level or {"weight", "code"} & set(c.fields)}
    numbers = {i for i, column in enumerate(table.columns) if column.role == "value"} - weighing
    # A form leaves a column for scores blank; where it is filled, the table gives scores.
    return not any(row.cells[index].text for row in table.rows for index in numbers)


def _read(index: int, column: Column, words: SchemeWords) -> SchemeColumn:
    found = SchemeColumn(index)
    for label in reversed(column.path):
        _read_label(found, label, words)
        if found.level or found.fields:
            break
    return found


def _read_label(found: SchemeColumn, label: str, words: SchemeWords) -> None:
    printed = half_width(squeeze(label))
    found.points = bool(_POINTS_BRACKET.search(printed))
    found.percent = bool(_PERCENT_BRACKET.search(printed))
    bracketed = [half_width(text)[1:-1] for text in _BRACKETS.findall(printed)]
    fields: list[str] = []
    for number, part in enumerate(_AND.split(_BRACKETS.sub("", printed))):
        level, rest = _level_of(part, words)
        if rest in words.parts and level:
            level, rest = level + 1, ""
        field = words.field_of(rest) if rest else None
        if level and not rest and not number:
            found.level = level
        elif field:
            found.owner = found.owner or (level if not number else None)
            fields.append(field)
            found.points |= any(word in rest for word in words.points)
    fields += [field for text in bracketed if (field := words.fields.get(text))]
    found.points |= any(text in words.points for text in bracketed)
    found.fields = tuple(dict.fromkeys(fields))


def _level_of(part: str, words: SchemeWords) -> tuple[int | None, str]:
    """The level that a header part begins with (0: a level without a number), and the rest."""
    match = _LEVEL.match(part)
    if match:
        numeral = match.group(1)
        return _NUMBERS.get(numeral) or int(numeral), part[match.end() :]
    if part in words.levels:
        return UNNUMBERED, ""
    return None, part


#: The level of a header that names indicators and does not say which (指标名称).
UNNUMBERED = 99


def _rank_levels(columns: list[SchemeColumn]) -> None:
    """Count the levels from 1: by their numbers, or from the left where one has none."""
    levelled = [column for column in columns if column.level]
    numbered = all(column.level != UNNUMBERED for column in levelled)
    order = sorted(levelled, key=lambda c: c.level or 0) if numbered else levelled
    ranks = {column.level: rank for rank, column in enumerate(order, start=1)}
    for rank, column in enumerate(order, start=1):
        column.level = rank
    for column in columns:
        if column.owner:
            column.owner = ranks.get(column.owner) if numbered else None


def _give_owners(columns: list[SchemeColumn]) -> None:
    """Give every column that does not say whose it is a level.

    One weight or code a level goes with the levels one to one. What stands between two levels
    belongs to the one on its left; what stands before or behind them all, to the lowest, since
    the items are what a scheme explains.
    """
    levelled = [column for column in columns if column.level]
    if not levelled:
        return
    lowest = max(column.level or 0 for column in levelled)
    paired = {name: _pairs(columns, levelled, name) for name in ("weight", "code")}
    for column in columns:
        if column.level or column.owner or not column.fields:
            continue
        pairs = paired.get(column.fields[0])
        before = [other for other in levelled if other.index < column.index]
        if pairs:
            column.owner = pairs[column.index]
        elif before and len(before) < len(levelled) and column.fields[0] != "code":
            column.owner = before[-1].level
        else:
            column.owner = lowest


def _pairs(
    columns: list[SchemeColumn], levelled: list[SchemeColumn], name: str
) -> dict[int, int | None] | None:
    """Columns of one field -> the level each belongs to, where there is one a level."""
    own = [c for c in columns if name in c.fields and not c.level and not c.owner]
    if len(own) != len(levelled):
        return None
    return {column.index: level.level for column, level in zip(own, levelled, strict=True)}
