"""Whole documents: a title, prose, and one to six tables in one layout or in several.

``make_document(seed, layout)`` is a round trip: the bytes to read, and the tables that have
to come back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from random import Random

import opencc
from hypothesis import strategies as st

from tests.roundtrip import prose, words
from tests.roundtrip.layouts import (
    BLANK,
    ENCODINGS,
    LAYOUTS,
    Furniture,
    Manner,
    Printed,
    encoded,
    joined,
    make_furniture,
    make_manner,
    render,
    widened,
)
from tests.roundtrip.tables import (
    GROUP_CAPTIONS,
    NUMBERED_CAPTIONS,
    Row,
    Table,
    captioned,
    make_ranked,
    make_table,
)

#: What a document is made of: one layout, several ("mixed"), or no table ("prose").
DOCUMENT_KINDS: Sequence[str] = (*LAYOUTS, "mixed", "prose")


@dataclass(frozen=True, slots=True, repr=False)
class RoundTrip:
    """A document and its truth; ``lines`` are the text's lines with what each of them is."""

    name: str
    data: bytes
    layout: str
    encoding: str
    tables: tuple[Table, ...]
    lines: tuple[Printed, ...]
    table_features: tuple[frozenset[str], ...]
    features: frozenset[str]

    def __repr__(self) -> str:
        return f"<{self.name}, {len(self.tables)} tables>\n{self.text}"

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@cache
def _traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2tw")


def traditional(text: str) -> str:
    """The text in traditional characters, as Taiwan writes them (Big5 has those)."""
    return _traditional().convert(text)


def _change(rng: Random, encoding: str) -> tuple[Callable[[str], str], set[str]]:
    """How all text of a document is spelled: traditional in Big5, now and then widened."""
    if encoding == "big5":
        return traditional, {"traditional"}
    drawn = rng.random()
    if drawn < 0.06:
        return widened, {"full_width"}
    if drawn < 0.10:
        return traditional, {"traditional"}
    return str, set()


@dataclass(slots=True)
class _Writer:
    """Collects the lines of one document and the tables printed on them."""

    rng: Random
    layout: str
    furniture: Furniture
    change: Callable[[str], str]
    lines: list[Printed]
    tables: list[Table]
    features: list[frozenset[str]]
    manners: dict[str, Manner]

    @property
    def wrap(self) -> int | None:
        """Text layers wrap their prose; other texts have a paragraph on a line."""
        return 76 if self.layout == "aligned" else None

    def manner(self, layout: str) -> Manner:
        if layout not in self.manners:
            self.manners[layout] = make_manner(self.rng, layout)
        return self.manners[layout]

    def write(self, lines: Sequence[Printed]) -> None:
        self.lines += [replace(line, text=self.change(line.text)) for line in lines]

    def write_table(self, table: Table, layout: str) -> None:
        """Prints a table; its text is changed before, so that columns still align."""
        table = table.mapped(self.change)
        manner = self.manner(layout)
        pieces = self.rng.choice((1, 1, 1, 2, 2, 3, 5))
        lines, features = render(self.rng, table, len(self.tables), manner, self.furniture, pieces)
        self.lines += lines + [BLANK] * manner.table_gap
        self.tables.append(table)
        manners = _habits(table, manner) if layout == "aligned" else set()
        manners |= {f"frame_{manner.frame}"} if layout == "pipe" else set()
        self.features.append(table.features | features | {layout} | manners)

    def maybe_turn(self) -> None:
        if self.rng.random() < 0.15 and self.furniture.visible:
            self.lines += self.furniture.turn()


def _habits(table: Table, manner: Manner) -> set[str]:
    """What a manner shows in the header of a table set with blanks."""
    habits = {"wrapped_header"} if manner.wrapped else set()
    habits |= {f"head_{manner.head_align}"}
    return habits | ({f"upper_{manner.upper_at}"} if table.levels > 1 else set())


def _pick_layout(rng: Random, layout: str) -> str:
    return rng.choice(LAYOUTS) if layout == "mixed" else layout


def _write_single(writer: _Writer, number: int) -> None:
    """One table, mostly with a caption.

    Fairness: a table without a caption follows a sentence that announces it.
    """
    rng = writer.rng
    layout = _pick_layout(rng, writer.layout)
    table = make_table(rng, layout)
    drawn = rng.random()
    if drawn < 0.1:
        writer.write([Printed("评估结果如下：", prose.PROSE)])
        table = table.with_features("no_caption")
    elif drawn < 0.3:
        table = captioned(rng, table, None, number).with_features("plain_caption")
    else:
        table = captioned(rng, table, rng.choice(NUMBERED_CAPTIONS), number)
    writer.write_table(table, layout)


def _write_groups(writer: _Writer, most: int) -> None:
    """Several rankings in a row, only captions between them: each group its own table."""
    rng = writer.rng
    layout = _pick_layout(rng, writer.layout)
    style = rng.choice(GROUP_CAPTIONS)
    count = rng.randint(2, max(most, 2))
    if rng.random() < 0.5:
        groups = _parted(make_ranked(rng, layout, rng.randint(4, 15) * count), count)
    else:
        groups = [make_table(rng, layout, "ranking", rng.randint(4, 20)) for _ in range(count)]
    for number, table in enumerate(groups, start=1):
        writer.write_table(captioned(rng, table, style, number).with_features("groups"), layout)


def _write_shared(writer: _Writer) -> None:
    """Two tables under one header, only captions between them.

    Fairness: the captions are numbered in one series, the ranks start at 1 again.
    """
    rng = writer.rng
    layout = _pick_layout(rng, writer.layout)
    style = rng.choice(GROUP_CAPTIONS)
    first, second = _parted(make_ranked(rng, layout, rng.randint(8, 30)), 2)
    pair = (replace(first, notes=()), replace(second, header=False, unit=None))
    for number, table in enumerate(pair, start=1):
        writer.write_table(captioned(rng, table, style, number).with_features("shared"), layout)


def _parted(table: Table, count: int) -> list[Table]:
    """Tables with the same columns: runs of the rows of one, each ranked from 1."""
    cuts = [len(table.rows) * part // count for part in range(count + 1)]
    return [
        replace(table, rows=_ranked_again(table, table.rows[start:stop]))
        for start, stop in pairwise(cuts)
    ]


def _ranked_again(table: Table, rows: Sequence[Row]) -> tuple[Row, ...]:
    at = next(at for at, column in enumerate(table.columns) if column.role == "rank")
    return tuple(
        replace(row, cells=(*row.cells[:at], str(place), *row.cells[at + 1 :]))
        for place, row in enumerate(rows, start=1)
    )


def _write_tables(writer: _Writer, count: int) -> None:
    rng = writer.rng
    number = rng.choice((1, 1, rng.randint(2, 30)))
    while len(writer.tables) < count:
        writer.write(prose.prose(rng, writer.wrap, number))
        writer.maybe_turn()
        left = count - len(writer.tables)
        drawn = rng.random()
        if drawn < 0.15:
            _write_groups(writer, min(left, 6))
        elif drawn < 0.22:
            _write_shared(writer)
        else:
            _write_single(writer, number)
        number += 1


def _write_front(writer: _Writer, title: str) -> None:
    rng = writer.rng
    writer.write([Printed(title, prose.HEADING)])
    if rng.random() < 0.2:
        writer.write(prose.front_matter(rng))
    if rng.random() < 0.2 or (writer.layout == "prose" and rng.random() < 0.4):
        writer.write([BLANK, *prose.contents(rng), BLANK])
        writer.maybe_turn()


def _write_back(writer: _Writer) -> None:
    rng = writer.rng
    if rng.random() < 0.7 or writer.layout == "prose":
        writer.write(prose.prose(rng, writer.wrap, 9))
    if rng.random() < 0.2:
        writer.write([BLANK, *prose.bibliography(rng)])
    if rng.random() < 0.3:
        writer.write([BLANK, *prose.signature(rng, rng.choice((0, 30, 50)))])
    printed = [line for line in writer.lines if line.text.strip()]
    if printed[-1].labels != ("cell",):  # below a cell, the last page's number may be one
        writer.lines += writer.furniture.end()


def build_document(rng: Random, layout: str, name: str, count: int | None = None) -> RoundTrip:
    """A document of ``DOCUMENT_KINDS`` with about ``count`` tables."""
    encoding = rng.choice((*ENCODINGS, "utf-8", "utf-8"))
    change, features = _change(rng, encoding)
    title = words.report_title(rng)
    flat = layout in ("flat", "mixed")
    furniture = make_furniture(rng, change(title), flat=flat, change=change)
    writer = _Writer(rng, layout, furniture, change, [], [], [], {})
    _write_front(writer, title)
    if layout == "prose":
        for number in range(1, rng.randint(2, 9)):
            writer.write(prose.prose(rng, rng.choice((None, 76)), number))
            writer.maybe_turn()
    else:
        _write_tables(writer, count or rng.choice((1, 1, 2, 2, 3, 4, 6)))
    _write_back(writer)
    lines = joined(writer.lines, furniture)
    newline = rng.choice(("\n", "\n", "\n", "\r\n"))
    data, encoding = _as_bytes(lines, encoding, newline, ended=rng.random() < 0.9)
    features |= {encoding, "crlf" if newline == "\r\n" else "lf"}
    return RoundTrip(
        name, data, layout, encoding, tuple(writer.tables), tuple(lines),
        tuple(writer.features), frozenset(features),
    )  # fmt: skip


def _as_bytes(
    lines: Sequence[Printed], encoding: str, newline: str, *, ended: bool
) -> tuple[bytes, str]:
    """The document's bytes; where Big5 lacks a letter, in GB18030, which lacks none."""
    try:
        return encoded(lines, encoding, newline, ended=ended), encoding
    except UnicodeEncodeError:
        return encoded(lines, "gb18030", newline, ended=ended), "gb18030"


def make_document(seed: int, layout: str) -> RoundTrip:
    """The document of a seed; the same for ever (until a generator changes)."""
    return build_document(Random(f"{layout} {seed}"), layout, f"{layout}-{seed}.txt")


def small_document(rng: Random, layout: str, rows: int) -> RoundTrip:
    """A title, a sentence and one table: small enough to shrink, and to be a fixture."""
    title = words.report_title(rng)
    furniture = make_furniture(rng, title, flat=layout == "flat", change=str)
    writer = _Writer(rng, layout, furniture, str, [], [], [], {})
    writer.write([Printed(title, prose.HEADING), Printed(prose.sentence(rng), prose.PROSE)])
    table = make_table(rng, layout, rows=rows)
    writer.write_table(captioned(rng, table, rng.choice(NUMBERED_CAPTIONS), 1), layout)
    writer.write([Printed(prose.sentence(rng), prose.PROSE)])
    lines = joined(writer.lines, furniture)
    data = encoded(lines, "utf-8", "\n", ended=True)
    return RoundTrip(
        f"{layout}.txt", data, layout, "utf-8", tuple(writer.tables), tuple(lines),
        tuple(writer.features), frozenset(("utf-8", "lf")),
    )  # fmt: skip


@st.composite
def documents(draw: st.DrawFn, layout: str) -> RoundTrip:
    """Small documents in ``layout``, drawn and shrunk by Hypothesis."""
    rng = draw(st.randoms(use_true_random=False))
    return small_document(rng, layout, draw(st.integers(min_value=4, max_value=10)))
