"""The truth of a table, and how to make one up.

A ``Table`` is logical: continuations joined, halves unfolded, repeated headers dropped. How
it is printed is decided by ``layouts``; what may be printed so that a careful reader who has
only the text can still recover it is said by ``Allowed``. Everything is made from one
``random.Random``, so a seed names a table for ever and Hypothesis can shrink it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Literal

from hypothesis import strategies as st

from tests.roundtrip import words

Role = Literal["rank", "serial", "stub", "class", "unit", "value", "total", "text"]
RowKind = Literal["data", "section", "total"]
Unfold = Literal["page", "table"]
NumberStyle = Literal["plain", "percent", "thousands", "arrow", "signed"]

_BLANKS = re.compile(r"\s+")


def squeezed(text: str) -> str:
    """A header or caption as it is compared: without white space."""
    return _BLANKS.sub("", text)


@dataclass(frozen=True, slots=True)
class Column:
    """A printed column; ``printed`` holds its header levels from the top, as printed."""

    printed: tuple[str, ...]
    role: Role

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(squeezed(text) for text in self.printed)


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[str, ...]
    kind: RowKind = "data"


@dataclass(frozen=True, slots=True)
class Table:
    """What a table says, in logical order.

    ``parts`` > 1: printed as that many parts of one ranking side by side, which continue
    one another on every page (``unfold`` = "page") or over the whole table ("table"). Halves
    that are two years compared are columns like any other (``parts`` = 1).
    ``number`` is the number in the caption, for 续表3.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str | None = None
    number: str | None = None
    unit: str | None = None
    notes: tuple[str, ...] = ()
    parts: int = 1
    unfold: Unfold = "table"
    header: bool = True
    features: frozenset[str] = field(default_factory=frozenset)

    @property
    def levels(self) -> int:
        return max(len(column.printed) for column in self.columns)

    @property
    def ranked(self) -> bool:
        return any(column.role in ("rank", "serial") for column in self.columns)

    def with_features(self, *names: str) -> Table:
        return replace(self, features=self.features | set(names))

    def mapped(self, change: Callable[[str], str]) -> Table:
        """The table with every text changed: widened digits, traditional forms."""
        return replace(
            self,
            columns=tuple(
                Column(tuple(change(text) for text in column.printed), column.role)
                for column in self.columns
            ),
            rows=tuple(Row(tuple(change(cell) for cell in r.cells), r.kind) for r in self.rows),
            caption=self.caption and change(self.caption),
            number=self.number and change(self.number),
            unit=self.unit and change(self.unit),
            notes=tuple(change(note) for note in self.notes),
        )


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a layout can show without becoming ambiguous. The fairness rules of tables:

    - ``blanks``: a flattened table prints one cell a line, so a blank cell is gone; there,
      a missing mark stands in every cell that would be blank, and nothing is merged.
    - ``levels``: flattened headers have one level, since nothing says what stood above what.
    - ``text_tables``: a flattened table has a column of numbers or ranks, or else nothing
      shows where its rows begin.
    - invented header words are used for a stub or a text column of a flattened table only
      when its first column counts 1, 2, 3: the row period then needs no words.
    - ``wide_blanks``: a full-width blank inside a name (北　京) is as wide as the gap between
      two columns aligned with spaces, so it is not printed there.
    - ``bare_years``: 2015 as a column header is a number; flattened, it would be read as one
      of the cells, so there it says 2015年.
    - parts side by side always have a rank or a serial number, which alone shows the order.
    - a section row is a label that looks like no caption; a table with sections has no rank.
    """

    blanks: bool = True
    levels: int = 3
    text_tables: bool = True
    wide_blanks: bool = True
    bare_years: bool = True
    max_columns: int = 12


ALLOWED: dict[str, Allowed] = {
    "tabs": Allowed(),
    "pipe": Allowed(),
    "aligned": Allowed(wide_blanks=False, max_columns=10),
    "flat": Allowed(
        blanks=False,
        levels=1,
        text_tables=False,
        wide_blanks=False,
        bare_years=False,
        max_columns=8,
    ),
}


# --- numbers -----------------------------------------------------------------------------

MISSING_MARKS: Sequence[str] = ("—", "…", "－", "-", "")


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the numbers of a column are printed; values are whole multiples of 10**-decimals."""

    low: int
    high: int
    decimals: int
    style: NumberStyle = "plain"
    trimmed: bool = False

    def draw(self, rng: Random) -> int:
        return rng.randint(self.low, self.high)

    def show(self, value: int) -> str:
        number = Decimal(abs(value)).scaleb(-self.decimals)
        text = f"{number:,.{self.decimals}f}" if self.style == "thousands" else f"{number:f}"
        if self.trimmed and "." in text:
            text = text.rstrip("0").rstrip(".")
        sign = "-" if value < 0 else ""
        if self.style == "percent":
            return f"{sign}{text}%"
        if self.style == "arrow":
            return f"{'↓' if value < 0 else '↑'}{text}" if value else text
        return sign + text


def _scores(maximum: int, decimals: int, trimmed: bool) -> Numbers:
    return Numbers(0, maximum * 10**decimals, decimals, trimmed=trimmed)


def _amounts(rng: Random) -> Numbers:
    style: NumberStyle = rng.choice(("plain", "thousands"))
    decimals = rng.choice((0, 0, 1, 2))
    low, high = rng.choice(((10, 900), (1000, 99_999), (10_000, 9_999_999)))
    return Numbers(low * 10**decimals, high * 10**decimals, decimals, style)


def _rates(rng: Random) -> Numbers:
    decimals = rng.choice((1, 1, 2))
    low = -20 if rng.random() < 0.3 else 1
    return Numbers(
        low * 10**decimals, 99 * 10**decimals, decimals, rng.choice(("percent", "plain"))
    )


def _changes(rng: Random) -> Numbers:
    decimals = rng.choice((0, 1, 2))
    return Numbers(-9 * 10**decimals, 15 * 10**decimals, decimals, rng.choice(("arrow", "signed")))


# --- columns of values -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of numbers before it is printed: its header text and how its numbers look."""

    name: str
    numbers: Numbers
    role: Role = "value"


def _with_maximum(rng: Random, name: str, maximum: int) -> str:
    style = rng.choice(("({})", "（{}）", "（满分{}）", "({}分)", "（{}分）", "(满分{}分)"))
    return name + style.format(maximum)


def _with_weight(rng: Random, name: str, weight: int) -> str:
    return name + rng.choice(("（权重{}%）", "(权重{}%)", "(权重：{}%)")).format(weight)


def _score_columns(rng: Random, count: int) -> tuple[list[ValueColumn], set[str]]:
    """Parts of a score, with maxima or weights in the header or without."""
    names = words.distinct(rng, words.score_name, count)
    extra = rng.choice(("", "", "", "maxima", "weights"))
    decimals, trimmed = rng.choice((1, 2, 2, 2, 3)), rng.random() < 0.2
    columns = []
    for name in names:
        maximum = rng.choice((10, 15, 20, 25, 30, 35))
        if extra == "maxima":
            name = _with_maximum(rng, name, maximum)
        elif extra == "weights":
            name = _with_weight(rng, name, maximum)
        columns.append(ValueColumn(name, _scores(maximum, decimals, trimmed)))
    return columns, {extra} - {""}


def _statistic_columns(rng: Random, count: int) -> list[ValueColumn]:
    """Amounts, counts and rates, each with its unit in brackets."""
    columns = []
    for kind in (rng.choice(("amount", "count", "rate")) for _ in range(count)):
        if kind == "rate":
            columns.append(
                ValueColumn(words.rate_name(rng) + rng.choice(("(%)", "（%）")), _rates(rng))
            )
            continue
        make, units = {
            "amount": (words.amount_name, words.AMOUNT_UNITS),
            "count": (words.count_name, words.COUNT_UNITS),
        }[kind]
        unit = rng.choice(units)
        bracket = rng.choice(("（{}）", "({})", " ({})"))
        columns.append(ValueColumn(make(rng) + bracket.format(unit), _amounts(rng)))
    return _renamed_apart(columns)


def _renamed_apart(columns: list[ValueColumn]) -> list[ValueColumn]:
    """No two columns of one header share a name: a published table would not either."""
    seen: dict[str, int] = {}
    apart = []
    for column in columns:
        seen[column.name] = seen.get(column.name, 0) + 1
        prefix = "其他" * (seen[column.name] - 1)
        apart.append(replace(column, name=prefix + column.name))
    return apart


# --- ranks -------------------------------------------------------------------------------


def _ranks(rng: Random, totals: Sequence[int]) -> tuple[list[str], set[str]]:
    """Printed ranks of totals in falling order: 1,1,3 or 1,1,2 or 1,2,3."""
    style = rng.choice(("ordinal", "ordinal", "competition", "dense"))
    ranks = [1] if totals else []
    for place, (before, now) in enumerate(pairwise(totals), start=2):
        tied = before == now and style != "ordinal"
        following = ranks[-1] + 1 if style == "dense" else place
        ranks.append(ranks[-1] if tied else following)
    ties = any(before == now for before, now in pairwise(totals))
    return [str(rank) for rank in ranks], ({f"ties_{style}"} if ties else set())


# --- stubs -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stub:
    """Names of a stub, the words that may head it, and a class for each name."""

    names: list[str]
    word: str
    classes: list[str]
    class_word: str


def _place_stub(rng: Random, count: int) -> Stub:
    register = words.places()
    pool, header = rng.choice(
        ((register.cities, words.CITY_WORDS), (register.counties, words.COUNTY_WORDS))
    )
    spelling: words.Spelling = rng.choice(("short", "full", "long"))
    if pool is register.counties and spelling == "short":
        spelling = "full"  # 城区 and 郊区 alone name no place
    chosen = rng.sample(pool, count)
    if rng.random() < 0.5 and pool is register.cities:
        classes = [register.province_of[place.full] for place in chosen]
        class_word = rng.choice(words.CLASS_WORDS)
    else:
        classes = [rng.choice(words.REGIONS) for _ in chosen]
        class_word = rng.choice(words.REGION_WORDS)
    word = rng.choice([word for word in header if word != class_word])
    return Stub([place.spelled(spelling) for place in chosen], word, classes, class_word)


def _company_stub(rng: Random, count: int) -> Stub:
    provinces = [rng.choice(words.places().provinces).short for _ in range(count)]
    names = words.distinct(rng, words.company, count)
    return Stub(names, rng.choice(words.COMPANY_WORDS), provinces, rng.choice(words.CLASS_WORDS))


def _region_stub(rng: Random, count: int) -> Stub:
    provinces = words.places().provinces
    if rng.random() < 0.5 and count <= len(provinces):
        names = [place.short for place in rng.sample(provinces, count)]
        return Stub(names, rng.choice(words.PROVINCE_WORDS), [], "")
    return Stub(rng.sample(words.countries(), count), rng.choice(words.COUNTRY_WORDS), [], "")


def _spaced(rng: Random, name: str, blank: str) -> str:
    """A two- or three-letter name as letter-spaced print gives it: 北 京, 黑 龙 江."""
    return blank.join(name) if 2 <= len(name) <= 3 and name.isalpha() else name


# --- headers of several levels -----------------------------------------------------------


def _header_paths(
    rng: Random, names: Sequence[str], levels: int, groups: list[str] | None = None
) -> list[tuple[str, ...]]:
    """Groups neighbouring columns under upper headers; some columns stay single.

    No group's name is used twice: 公共服务 over 公共服务 would look like one tall cell.
    """
    if levels == 1 or len(names) < 2:
        return [(name,) for name in names]
    groups = rng.sample(words.GROUPS, len(words.GROUPS)) if groups is None else groups
    paths: list[tuple[str, ...]] = []
    at = 0
    while at < len(names):
        size = min(len(names) - at, rng.choice((1, 2, 2, 3, 4)))
        if at == 0 and size == 1:
            size = 2
        chunk = names[at : at + size]
        at += size
        if size == 1 or not groups:
            paths += [(name,) for name in chunk]
            continue
        group = groups.pop()
        inner = _header_paths(rng, chunk, levels - 1 if rng.random() < 0.8 else 1, groups)
        if len({path[0] for path in inner}) == 1:
            inner = [(name,) for name in chunk]  # a group of one group heads nothing twice
        paths += [(group, *path) for path in inner]
    return paths


# --- kinds of tables ---------------------------------------------------------------------


def ranking(
    rng: Random,
    allowed: Allowed,
    rows: int,
    *,
    plain: bool = False,
    rank_at: str | None = None,
    stub: Stub | None = None,
) -> Table:
    """A ranking: rank first, last or absent; stub; class or none; parts; total or none."""
    make_stub = rng.choice((_place_stub, _place_stub, _place_stub, _company_stub))
    stub = stub or make_stub(rng, rows)
    count = rng.randint(1, 3) if plain else rng.randint(1, allowed.max_columns - 4)
    values, features = _score_columns(rng, count)
    has_total = rng.random() < 0.6
    has_class = not plain and rng.random() < 0.3
    levels = 1 if plain else rng.choice((1, 1, 1, 2, 2, 3))
    levels = min(levels, allowed.levels)
    drawn_at = rng.choice(("first", "first", "first", "last", "absent"))
    rank_at = "first" if plain else rank_at or drawn_at

    scores = [[column.numbers.draw(rng) for column in values] for _ in range(rows)]
    decimals = values[0].numbers.decimals
    _tie_some(rng, scores)
    keys = [sum(row) if has_total else row[0] for row in scores]
    order = sorted(range(rows), key=lambda row: -keys[row])
    ranks, tie_features = _ranks(rng, [keys[row] for row in order])
    features |= tie_features | {f"rank_{rank_at}"}

    rank_word = rng.choice(words.RANK_WORDS)
    stub_word, total_word = stub.word, rng.choice(words.TOTAL_WORDS)
    if rng.random() < 0.15 and rank_at == "first":
        coined = words.distinct(rng, words.invented, 3 + len(values))
        rank_word, stub_word, total_word = coined[:3]
        features.add("invented_words")
        if rng.random() < 0.5:
            values = [replace(v, name=name) for v, name in zip(values, coined[3:], strict=True)]
            features = features - {"maxima", "weights"} | {"invented_values"}
    paths = _header_paths(rng, [value.name for value in values], levels)
    columns = [Column(path, "value") for path in paths]
    features.add(f"levels_{max(len(path) for path in paths)}")
    total_first = has_total and rng.random() < 0.2
    total_numbers = Numbers(0, 0, decimals, trimmed=values[0].numbers.trimmed)
    table_rows = []
    for place, row in enumerate(order):
        cells = [v.numbers.show(score) for v, score in zip(values, scores[row], strict=True)]
        if has_total:
            cells.insert(0 if total_first else len(cells), total_numbers.show(keys[row]))
        cells.insert(0, stub.names[row])
        if has_class:
            cells.insert(1, stub.classes[row])
        if rank_at != "absent":
            cells.insert(0 if rank_at == "first" else len(cells), ranks[place])
        table_rows.append(Row(tuple(cells)))
    if has_total:
        maximum = rng.random() < 0.3
        total_word = _with_maximum(rng, total_word, 100) if maximum else total_word
        columns.insert(0 if total_first else len(columns), Column((total_word,), "total"))
        features.add("total_first" if total_first else "total_column")
    columns.insert(0, Column((stub_word,), "stub"))
    if has_class:
        columns.insert(1, Column((stub.class_word,), "class"))
        features.add("class_column")
    if rank_at != "absent":
        at = 0 if rank_at == "first" else len(columns)
        columns.insert(at, Column((rank_word,), "rank"))
    return Table(tuple(columns), tuple(table_rows), features=frozenset(features | {"ranking"}))


def _tie_some(rng: Random, scores: list[list[int]]) -> None:
    """Gives a few rows the very scores of another row, in place: they tie in every total."""
    if len(scores) < 3 or rng.random() < 0.5:
        return
    for _ in range(rng.randint(1, 3)):
        one, other = rng.sample(range(len(scores)), 2)
        scores[one] = list(scores[other])


def continued(rng: Random, allowed: Allowed, rows: int) -> Table:
    """A ranking printed as halves or thirds side by side, which continue one another."""
    parts = rng.choice((2, 2, 2, 3))
    rows = max(rows, 3 * parts)
    if not allowed.blanks:
        rows -= rows % (2 * parts)  # full lines, whether two or three parts are printed
    whole = ranking(rng, allowed, rows, plain=True)
    if parts == 3 and len(whole.columns) > 3:
        parts = 2
    unfold: Unfold = rng.choice(("page", "table"))
    table = replace(whole, parts=parts, unfold=unfold)
    return table.with_features(f"parts_{parts}", f"unfold_{unfold}")


def compared(rng: Random, allowed: Allowed, rows: int) -> Table:
    """Two or three years (or groups) side by side, each with its own ranks: they stay so."""
    year = rng.randint(2009, 2019)
    rows = min(rows, 20)
    heads: tuple[str, ...] = (f"{year}年", f"{year + 1}年")
    if rng.random() < 0.2:
        heads = ("省会城市", "其他城市")
    elif rng.random() < 0.25:
        heads = (*heads, f"{year + 2}年")
    stub = _place_stub(rng, rows)
    narrow = replace(allowed, max_columns=6, levels=1)
    sides = [
        ranking(
            rng, narrow, rows, plain=True, stub=replace(stub, names=rng.sample(stub.names, rows))
        )
        for _ in heads
    ]
    width = min(*(len(side.columns) for side in sides), 6 - len(heads))
    short = rows if not allowed.blanks else rows - rng.choice((0, 0, 1))
    nested = allowed.levels > 1 and (heads[0] == "省会城市" or rng.random() < 0.6)
    columns = []
    for head in heads:
        for column in sides[0].columns[:width]:
            name = column.printed[-1]
            columns.append(Column((head, name) if nested else (head + name,), column.role))
    table_rows = []
    for place in range(rows):
        cells: tuple[str, ...] = ()
        for number, side in enumerate(sides):
            ends = number == len(sides) - 1 and place >= short
            cells += ("",) * width if ends else side.rows[place].cells[:width]
        table_rows.append(Row(cells))
    features = {"compared", f"compared_{len(heads)}", "levels_2" if nested else "levels_1"}
    if short < rows:
        features.add("blank_cells")
    return Table(tuple(columns), tuple(table_rows), features=frozenset(features))


def years(rng: Random, allowed: Allowed, rows: int) -> Table:
    """Indicators by year, with a unit column, section rows or 其中 rows, or without."""
    first = rng.randint(2006, 2014)
    count = rng.randint(2, 6)
    form = rng.choice(("{}年", "{} 年", "{}年度", "{}")) if allowed.bare_years else "{}年"
    heads = [form.format(first + offset) for offset in range(count)]
    has_unit = rng.random() < 0.6
    stub_word = rng.choice(("指标", "指 标", "项目", "指标名称", "项 目"))
    columns = [Column((stub_word,), "stub")]
    features = {"years", "levels_1"}
    if has_unit:
        columns.append(Column((rng.choice(("单位", "单 位", "计量单位")),), "unit"))
        features.add("unit_column")
    columns += [Column((head,), "value") for head in heads]
    change = None
    if rng.random() < 0.25:
        change = _changes(rng)
        columns.append(Column((rng.choice(words.CHANGE_WORDS),), "value"))
        features.add("change_column")
    table_rows = [_year_row(rng, has_unit, count, change) for _ in range(rows)]
    names = words.distinct(rng, lambda r: r.choice((words.amount_name, words.count_name))(r), rows)
    numbered = rng.random() < 0.2
    named = []
    for place, (name, cells) in enumerate(zip(names, table_rows, strict=True), start=1):
        label = f"{place}. {name}" if numbered else name
        named.append(Row((label, *cells)))
    if not numbered and rng.random() < 0.2:
        features.add("part_rows")
        named = [
            replace(row, cells=("其中：" + row.cells[0], *row.cells[1:])) if place % 4 == 1 else row
            for place, row in enumerate(named)
        ]
    if allowed.blanks and rng.random() < 0.25 and rows >= 4:
        named = _with_sections(rng, named, len(columns))
        features.add("sections")
    return Table(tuple(columns), tuple(named), features=frozenset(features))


def _year_row(rng: Random, has_unit: bool, count: int, change: Numbers | None) -> tuple[str, ...]:
    rate = rng.random() < 0.25
    numbers = _rates(rng) if rate else _amounts(rng)
    unit = "%" if rate else rng.choice((*words.AMOUNT_UNITS, *words.COUNT_UNITS))
    if rate and has_unit:
        numbers = replace(numbers, style="plain")
    cells = [numbers.show(numbers.draw(rng)) for _ in range(count)]
    if change is not None:
        cells.append(change.show(change.draw(rng)))
    return (unit, *cells) if has_unit else tuple(cells)


def _with_sections(rng: Random, rows: list[Row], width: int) -> list[Row]:
    """Section rows before the first row and before some later one: a label and blanks."""
    labels = rng.sample(words.GROUPS, 2)
    later = rng.randint(2, len(rows) - 1)
    sections = [Row((label,) + ("",) * (width - 1), "section") for label in labels]
    return [sections[0], *rows[:later], sections[1], *rows[later:]]


def regions(rng: Random, allowed: Allowed, rows: int) -> Table:
    """Provinces or countries by statistics with units, with a total row or none."""
    stub = _region_stub(rng, rows)
    count = rng.randint(1, allowed.max_columns - 2)
    values = _statistic_columns(rng, count)
    levels = min(rng.choice((1, 1, 2, 2, 3)), allowed.levels)
    features = {"regions"}
    paths = _header_paths(rng, [value.name for value in values], levels)
    if levels > 1 and rng.random() < 0.3 and count >= 4:
        paths, values = _by_year(rng, values)
        levels = 2
    features.add(f"levels_{max(len(path) for path in paths)}")
    names = stub.names
    if rng.random() < 0.2:
        blank = rng.choice((" ", "　")) if allowed.wide_blanks else " "
        names = [_spaced(rng, name, blank) for name in names]
        features.add("letter_spaced")
    drawn = [[value.numbers.draw(rng) for value in values] for _ in range(rows)]
    table_rows = [_region_row(name, values, row) for name, row in zip(names, drawn, strict=True)]
    if rng.random() < 0.3:
        total = [sum(column) for column in zip(*drawn, strict=True)]
        row = _region_row(rng.choice(words.TOTAL_ROWS), values, total)
        at = rng.choice((0, len(table_rows)))
        table_rows.insert(at, replace(row, kind="total"))
        features.add("total_row")
    columns = [Column((stub.word,), "stub"), *(Column(path, "value") for path in paths)]
    return Table(tuple(columns), tuple(table_rows), features=frozenset(features))


def _region_row(name: str, values: Sequence[ValueColumn], drawn: Sequence[int]) -> Row:
    cells = [value.numbers.show(number) for value, number in zip(values, drawn, strict=True)]
    return Row((name, *cells))


def _by_year(
    rng: Random, values: Sequence[ValueColumn]
) -> tuple[list[tuple[str, ...]], list[ValueColumn]]:
    """The same two statistics under each of several years."""
    first = rng.randint(2008, 2014)
    spans = len(values) // 2
    pair = values[:2]
    paths: list[tuple[str, ...]] = [
        (f"{first + span}年", value.name) for span in range(spans) for value in pair
    ]
    return paths, [value for _ in range(spans) for value in pair]


def listing(rng: Random, allowed: Allowed, rows: int) -> Table:
    """A list with a serial number: projects, companies, provinces; a class merged or not."""
    columns = [
        Column((rng.choice(words.SERIAL_WORDS),), "serial"),
        Column((rng.choice(("项目名称", "成果名称", "示范项目")),), "text"),
        Column((rng.choice(("完成单位", "企业名称", "申报单位")),), "text"),
    ]
    merged = allowed.blanks and rng.random() < 0.3
    features = {"list", "levels_1"}
    names = words.distinct(rng, words.project, rows)
    companies = words.distinct(rng, words.company, rows)
    kinds = rng.sample(words.FIELDS, 3)
    changes = sorted(rng.sample(range(1, rows), min(2, rows - 1)))
    province = rng.random() < 0.5
    table_rows = []
    for place in range(rows):
        cells = [str(place + 1), names[place], companies[place]]
        if province:
            cells.append(rng.choice(words.places().provinces).full)
        if merged:
            starts = place == 0 or place in changes
            cells.insert(1, kinds[sum(c <= place for c in changes)] if starts else "")
        table_rows.append(Row(tuple(cells)))
    if province:
        columns.append(Column((rng.choice(("省份", "地区", "省（自治区、直辖市）")),), "class"))
    if merged:
        columns.insert(1, Column((rng.choice(("示范方向", "类别", "领域")),), "class"))
        features.add("merged_class")
    return Table(tuple(columns), tuple(table_rows), features=frozenset(features))


def placings(rng: Random, allowed: Allowed, rows: int) -> Table:
    """Cities with a score and its rank for every aspect, under one upper header each or not."""
    stub = _place_stub(rng, rows)
    count = rng.randint(2, (allowed.max_columns - 2) // 2)
    names = words.distinct(rng, lambda r: r.choice(words.FIELDS), count)
    nested = allowed.levels > 1 and rng.random() < 0.6
    words_of = rng.choice((("得分", "排名"), ("指数", "位次"), ("排名", "得分"), ("得分", "名次")))
    columns = [Column((stub.word,), "stub")]
    sides: list[list[str]] = []
    for name in names:
        numbers = _scores(100, 2, False)
        scores = [numbers.draw(rng) for _ in range(rows)]
        places = [str(1 + sum(other > score for other in scores)) for score in scores]
        shown = [numbers.show(score) for score in scores]
        for word in words_of:
            is_rank = word in words.RANK_WORDS
            columns.append(
                Column((name, word) if nested else (name + word,), "rank" if is_rank else "value")
            )
            sides.append(places if is_rank else shown)
    table_rows = [
        Row((name, *cells))
        for name, cells in zip(stub.names, zip(*sides, strict=True), strict=True)
    ]
    features = {"placings", "levels_2" if nested else "levels_1"}
    return Table(tuple(columns), tuple(table_rows), features=frozenset(features))


def series(rng: Random, allowed: Allowed, rows: int) -> Table:
    """Statistics by year, a year a row."""
    rows = min(rows, 15)
    first = rng.randint(1990, 2019 - rows)
    form = rng.choice(("{}年", "{}") if allowed.bare_years else ("{}年",))
    values = _statistic_columns(rng, rng.randint(2, allowed.max_columns - 2))
    levels = min(rng.choice((1, 1, 2)), allowed.levels)
    paths = _header_paths(rng, [value.name for value in values], levels)
    columns = [
        Column((rng.choice(("年份", "年度")),), "stub"),
        *(Column(p, "value") for p in paths),
    ]
    table_rows = [
        _region_row(form.format(first + at), values, [v.numbers.draw(rng) for v in values])
        for at in range(rows)
    ]
    features = {"series", f"levels_{max(len(path) for path in paths)}"}
    return Table(tuple(columns), tuple(table_rows), features=frozenset(features))


KINDS: dict[str, Callable[[Random, Allowed, int], Table]] = {
    "ranking": ranking,
    "continued": continued,
    "compared": compared,
    "years": years,
    "regions": regions,
    "list": listing,
    "placings": placings,
    "series": series,
}


# --- missing marks, marks on labels, notes -----------------------------------------------


def _with_missing(rng: Random, table: Table, allowed: Allowed) -> Table:
    """Some values replaced by one missing mark; a blank only where the layout can show it.

    At most one value in a row and a third of a column go missing, so that a column is still
    known by its values. Fairness: a blank leaves another number in its row, or else the row
    would look like a section.
    """
    mark = rng.choice([mark for mark in MISSING_MARKS if mark or allowed.blanks])
    values = [at for at, column in enumerate(table.columns) if column.role == "value"]
    numbers = [column for column in table.columns if column.role in ("rank", "value", "total")]
    if mark == "" and len(numbers) < 2:
        return table
    rows = []
    for place, row in enumerate(table.rows):
        cells = list(row.cells)
        if row.kind == "data" and place % 3 == 1 and values and rng.random() < 0.3:
            at = rng.choice(values)
            cells[at] = mark
        rows.append(replace(row, cells=tuple(cells)))
    if rows == list(table.rows):
        return table
    table = replace(table, rows=tuple(rows))
    return table.with_features("blank_cells" if mark == "" else "missing_marks")


def _with_marks(rng: Random, table: Table) -> Table:
    """A mark on some labels, and the note that explains it."""
    stubs = [at for at, column in enumerate(table.columns) if column.role == "stub"]
    mark = rng.choice(("*", "①", "＊", "[1]"))
    if len(stubs) != 1:
        return table
    rows = [
        replace(
            row, cells=tuple(c + mark if at == stubs[0] else c for at, c in enumerate(row.cells))
        )
        if row.kind == "data" and rng.random() < 0.25
        else row
        for row in table.rows
    ]
    note = f"注：带“{mark}”的数据来自{words.body(rng)}。"
    return replace(table, rows=tuple(rows), notes=(note, *table.notes)).with_features("label_marks")


def _source(rng: Random) -> str:
    head = rng.choice(("数据来源：", "资料来源：", "数据来源:", "来源："))
    return head + rng.choice((words.body(rng), f"《{words.report_title(rng)}》"))


def _finished(rng: Random, table: Table, allowed: Allowed) -> Table:
    """Missing marks, marks on labels, notes, unit line: what any table may have."""
    if rng.random() < 0.35 and "compared" not in table.features:
        table = _with_missing(rng, table, allowed)
    if rng.random() < 0.1:
        table = _with_marks(rng, table)
    if rng.random() < 0.3:
        table = replace(table, notes=(*table.notes, _source(rng))).with_features("source_line")
    if rng.random() < 0.1:
        text = "注：表中数据为" + rng.choice(("初步统计数。", "年末数。", "折算后的得分。"))
        table = replace(table, notes=(text, *table.notes)).with_features("note_line")
    if not table.features & {"unit_column"} and rng.random() < 0.2:
        unit = rng.choice(("亿元", "%", "分", "万元", "户"))
        form = rng.choice(("单位：{}", "单位:{}", "（单位：{}）", "计量单位：{}"))
        table = replace(table, unit=form.format(unit)).with_features("unit_line")
    return table


def make_ranked(rng: Random, layout: str, rows: int) -> Table:
    """A ranking whose ranks stand in its first column."""
    allowed = ALLOWED[layout]
    return _finished(rng, ranking(rng, allowed, rows, rank_at="first"), allowed)


def make_table(rng: Random, layout: str, kind: str | None = None, rows: int | None = None) -> Table:
    """A table that ``layout`` can print without ambiguity; its caption is still to be given."""
    allowed = ALLOWED[layout]
    kinds = [name for name in KINDS if allowed.text_tables or name != "list"]
    kind = kind or rng.choice((*kinds, "ranking", "ranking"))
    rows = rows or rng.choice((3, 4, 5, 8, 10, 12, 15, 20, 25, 31, 45))
    if not allowed.blanks:
        rows = max(rows, 4)
    return _finished(rng, KINDS[kind](rng, allowed, rows), allowed)


# --- captions ----------------------------------------------------------------------------

CHINESE_NUMERALS = "一二三四五六七八九十"

#: Caption styles: {n} is the table's number, {c} the same as a Chinese numeral, {t} the title.
NUMBERED_CAPTIONS: Sequence[str] = (
    "表{n} {t}", "表 {n} {t}", "表{n}　{t}", "表{n}：{t}", "图表 {n} {t}", "图表{n} {t}",
    "附件{n}：{t}", "附表{n} {t}", "表{c} {t}", "表{n}-1 {t}",
)  # fmt: skip
GROUP_CAPTIONS: Sequence[str] = (
    "（{c}）{t}", "({c}){t}", "{n}、{t}：", "{n}. {t}", "{c}、{t}：", "（{n}）{t}：",
)  # fmt: skip


def title_of(rng: Random, table: Table) -> str:
    """What a table could be called."""
    year = rng.randint(2008, 2019)
    field_name = rng.choice(words.FIELDS)
    if table.features & {"ranking"}:
        scope = rng.choice(("地级市", "省会城市", "试点区县", "全国城市", "副省级城市"))
        return f"{year}年{scope}{field_name}" + rng.choice(
            ("得分排名", "评估排名表", "排名情况", "排名")
        )
    if "list" in table.features:
        return f"{year}年{field_name}示范项目名单"
    if "compared" in table.features:
        return f"{field_name}前{len(table.rows)}名对比表"
    scope = rng.choice(("全国", "各地区", "世界主要国家和地区", "主要城市"))
    return f"{year}年{scope}{field_name}" + rng.choice(("情况", "主要指标", "发展情况", "统计表"))


def captioned(rng: Random, table: Table, style: str | None, number: int) -> Table:
    """The table with a caption in ``style`` (None: a plain title line)."""
    title = title_of(rng, table)
    promise = len(table.rows)
    if "ranking" in table.features and rng.random() < 0.3:
        if rng.random() < 0.3:
            promise += 10  # the last group often promises more than it has
            table = table.with_features("promises_more")
        title += rng.choice(("（前{}名）", "(前{}强)", "前{}名")).format(promise)
    if style is None:
        return replace(table, caption=title, number=None)
    numeral = CHINESE_NUMERALS[(number - 1) % 10]
    caption = style.format(n=number, c=numeral, t=title)
    is_numbered = style in NUMBERED_CAPTIONS and "{n}" in style
    return replace(table, caption=caption, number=str(number) if is_numbered else None)


# --- Hypothesis --------------------------------------------------------------------------


@st.composite
def tables(draw: st.DrawFn, layout: str) -> Table:
    """Tables that ``layout`` can print, drawn and shrunk by Hypothesis."""
    rng = draw(st.randoms(use_true_random=False))
    kind = draw(st.sampled_from([k for k in KINDS if k != "list" or ALLOWED[layout].text_tables]))
    rows = draw(st.integers(min_value=4, max_value=12))
    table = make_table(rng, layout, kind, rows)
    return captioned(rng, table, draw(st.sampled_from(NUMBERED_CAPTIONS)), 1)
