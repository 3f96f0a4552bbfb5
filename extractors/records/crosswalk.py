"""Links between an edition's indicators and those of the edition before.

An edition says itself what it changed: in a table (a column of change words beside a column
of indicators, or the old names beside the new ones), or by marks (underlined text differs
from the last edition). Nothing else makes a link: two editions are never joined because a
name occurs in both, and ``evidence`` says what is known of the other edition from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.facts.text import Line, lines_of, paragraphs
from extractors.model import Block, Column, Extraction, Row, Table
from extractors.periods import find_years
from extractors.records.context import EditionContext
from extractors.records.labels import name_of, squeeze, without_ending
from schemas.crosswalk import CrosswalkWords, Relation, crosswalk_words
from schemas.measures import measure_words
from schemas.vocabulary import fold

#: A change word stands in a short cell (原有指标修改); what is longer explains.
LONGEST_CHANGE = 10

#: The share of a column's cells that must be change words, as a misread cell or a merged
#: title may stand among them.
MOST_OF_A_COLUMN = 0.8

#: A table of fewer rows with a change word is no list of changes.
FEWEST_ROWS = 2

#: The year of the edition before is said at most so many lines above the table.
LINES_ABOVE = 20

#: Names so similar (of 100, by Levenshtein's indel distance) are one name printed twice: one
#: character of a name of ten may be misread or left out. Below it other indicators match.
SIMILAR = 90

#: A shorter name occurs in a marked sentence without being listed there.
SHORTEST_LISTED = 4

#: What stands for the year of an edition that is only said to be the one before.
UNKNOWN_YEAR = "previous"

_YEAR_AT_END = re.compile(r"-(?:(?:19|20)\d{2}|undated)$")
_NUMERALS = re.compile(r"[0-9一二三四五六七八九十百千万上下前后高低大小男女]")


def crosswalk_rows(
    extraction: Extraction, edition: EditionContext, indicators: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The rows of ``crosswalk``, without the edition's own columns.

    ``indicators`` are the rows of this edition's ``indicators``; a row's ``changed`` is the
    text that the document marks. A sidecar's ``previous_edition`` names the other edition
    where the derived name (this edition's, with the other year) is not its name.
    """
    known = _Names(indicators)
    rows: dict[tuple[str | None, ...], dict[str, Any]] = {}
    for link in (
        *_of_tables(extraction, edition, known),
        *_of_marks(extraction, edition, indicators),
    ):
        key = (link.indicator, link.other_edition, link.other_indicator)
        rows.setdefault(key, link.row())
    return list(rows.values())


@dataclass(frozen=True, slots=True)
class Link:
    """One row of ``crosswalk``."""

    indicator: str | None
    other_edition: str
    other_indicator: str | None
    relation: Relation
    evidence: str

    def row(self) -> dict[str, Any]:
        """The link as a row."""
        return {
            "indicator": self.indicator,
            "other_edition": self.other_edition,
            "other_indicator": self.other_indicator,
            "relation": self.relation,
            "evidence": self.evidence,
        }


# --- tables of changes --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which columns of a table hold what; ``change`` is None where section rows, or two
    columns of names, say what changed."""

    name: int
    change: int | None
    before: int | None
    other: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """One row of a table of changes as printed."""

    relation: Relation
    word: str | None
    name: str
    before: str
    explanation: str
    line: int


def _of_tables(extraction: Extraction, edition: EditionContext, known: _Names) -> Iterator[Link]:
    words = crosswalk_words()
    for table in extraction.tables:
        layout = _layout(table, words, edition.year)
        changes = list(_changes(table, layout, words)) if layout else []
        if len(changes) < FEWEST_ROWS:
            continue
        other = _other_edition(
            edition, _year_before(_context(table, extraction.blocks), edition.year)
        )
        for change in changes:
            yield _link(change, table, other, known)


def _layout(table: Table, words: CrosswalkWords, year: int | None) -> _Layout | None:
    """The columns of a table of changes, None for any other table."""
    change = next(
        (number for number in range(len(table.columns)) if _says_changes(table, number, words)),
        None,
    )
    named = [
        number
        for number, column in enumerate(table.columns)
        if number != change and _holds_names(column, words)
    ]
    before = next((number for number in named if _is_before(table, number, words, year)), None)
    now = [number for number in named if number != before]
    if not now:
        return None
    sections = any(row.kind == "section" and _section_word(row, words) for row in table.rows)
    if change is None and before is None and not sections:
        return None
    taken = {change, before, now[-1]}
    other = tuple(number for number in range(len(table.columns)) if number not in taken)
    # 一级指标 | 二级指标: the change is said of the last level.
    return _Layout(now[-1], change, before, other)


def _says_changes(table: Table, number: int, words: CrosswalkWords) -> bool:
    texts = [row.cells[number].value for row in table.rows if number < len(row.cells)]
    texts = [text for text in texts if text and not text.isspace()]
    wanted = max(FEWEST_ROWS, MOST_OF_A_COLUMN * len(texts))
    fitting = len(texts)
    for text in texts:  # nearly every column is another one: the first rows tell
        fitting -= _relation(squeeze(text), words) is None
        if fitting < wanted:
            return False
    return fitting >= wanted


def _relation(text: str, words: CrosswalkWords) -> Relation | None:
    return words.relation_of(text) if len(text) <= LONGEST_CHANGE else None


def _label(column: Column) -> str:
    return fold("".join(column.path))


def _holds_names(column: Column, words: CrosswalkWords) -> bool:
    label = _label(column)
    named = any(word in label for word in words.names)
    return named and not any(word in label for word in words.not_names)


def _is_before(table: Table, number: int, words: CrosswalkWords, year: int | None) -> bool:
    """Whether a column holds the names of the edition before; another must hold this one's."""
    label = _label(table.columns[number])
    years = find_years(label)
    if years and year:
        return max(years) < year
    return any(word in label for word in words.before) and any(
        any(word in _label(other) for word in words.now)
        for position, other in enumerate(table.columns)
        if position != number
    )


def _changes(table: Table, layout: _Layout, words: CrosswalkWords) -> Iterator[_Change]:
    section: str | None = None
    for row in table.rows:
        if row.kind == "section" and (word := _section_word(row, words)):
            section = word
            continue
        cells = [cell.value.strip() for cell in row.cells]
        cells += [""] * (len(table.columns) - len(cells))
        name = cells[layout.name]
        before = cells[layout.before] if layout.before is not None else ""
        if layout.before is None and layout.change is None and section is None:
            continue
        word = squeeze(cells[layout.change]) if layout.change is not None else section
        relation = _relation(word, words) if word else _by_names(name, before)
        if relation is None or not (name or before):
            continue
        if relation == "renamed" and not before:
            before, name = _parted(name, words)
        explanation = "; ".join(cells[number] for number in layout.other if cells[number])
        yield _Change(relation, word, name, before, explanation, row.line)


def _section_word(row: Row, words: CrosswalkWords) -> str | None:
    text = next((squeeze(cell.text) for cell in row.cells if cell.text), "")
    return text if _relation(text, words) else None


def _by_names(name: str, before: str) -> Relation | None:
    """What two columns of names say: a missing mark or a blank is no name."""
    now, then = _bare(name), _bare(before)
    if now and then:
        return "kept" if now == then else "renamed"
    return "added" if now else "dropped" if then else None


def _parted(text: str, words: CrosswalkWords) -> tuple[str, str]:
    """(old, new) of 甲更名为乙; ("", text) where only one name is printed."""
    for word in words.becomes:
        before, found, now = text.partition(word)
        if found and before and now:
            return before.strip('“”"由原将 '), now.strip('“”" ')
    return "", text


def _link(change: _Change, table: Table, other: str, known: _Names) -> Link:
    caption = table.caption or table.table_id
    printed = " | ".join(
        filter(None, (change.word, change.before, change.name, change.explanation))
    )
    said = [f"{caption}, line {change.line}: {printed}"]
    indicator, other_indicator = None, None
    if change.relation != "dropped":
        indicator, how = known.link(change.name)
        said.append(how)
    if change.relation == "dropped":
        other_indicator = _name(change.before or change.name)
    elif change.relation == "renamed":
        other_indicator = _name(change.before) if _bare(change.before) else None
    elif change.relation != "added":
        other_indicator = _name(change.before or change.name)
    said.append(f"the indicators of {other} are known here from this table only")
    return Link(indicator, other, other_indicator, change.relation, "; ".join(filter(None, said)))


# --- marks ----------------------------------------------------------------------------------


def _of_marks(
    extraction: Extraction,
    edition: EditionContext,
    indicators: Sequence[Mapping[str, Any]],
) -> Iterator[Link]:
    """What a document marks as changed, where a note says what its marks mean.

    Marks that did not survive the reading would make everything unchanged: without one
    mark nothing is said.
    """
    words = crosswalk_words()
    scheme = [row for row in indicators if any(row.get(one) is not None for one in _OF_A_SCHEME)]
    if not any(row.get("changed") for row in scheme):
        return
    note = _note_on_marks(extraction, words)
    if note is None:
        return
    other = _other_edition(edition, _year_before([note], edition.year))
    says_same = any(word in note.bare for word in words.unmarked) and any(
        word in note.bare for word in words.same
    )
    source = f"line {note.number}: {note.text}; the indicators of {other} are not in this document"
    marks = {str(row["indicator"]): str(row["changed"]) for row in scheme if row.get("changed")}
    for row in scheme:
        relation, other_name, marked = _marked(row, marks)
        if relation == "changed" or says_same:
            yield Link(row["indicator"], other, other_name, relation, f"{marked}; {source}")


def _marked(row: Mapping[str, Any], marks: Mapping[str, str]) -> tuple[Relation, str | None, str]:
    """(relation, name in the other edition, evidence) of a node by its marks.

    A name that is itself marked, or marked where its parent lists its parts, is not the name
    that the other edition has.
    """
    name = str(row["name"])
    own, listed = marks.get(str(row["indicator"])), marks.get(str(row.get("parent")), "")
    if own and any(_bare(part) == _bare(name) for part in own.splitlines()):
        return "changed", None, f"marked, with its name, so it may be new or renamed: {own}"
    if len(name) >= SHORTEST_LISTED and fold(name) in fold(listed):
        said = f"its name is marked in the text of {row['parent']}, so it may be new or renamed"
        return "changed", None, f"{said}: {listed}" + (f"; marked: {own}" if own else "")
    if own:
        return "changed", name, f"marked: {own}"
    return "kept", name, "nothing of its text is marked"


#: A node has one of these where a scheme, and not only a table of numbers, says what it is.
_OF_A_SCHEME = ("changed", "definition", "formula", "data_requirement", "data_source", "weight")


def _note_on_marks(extraction: Extraction, words: CrosswalkWords) -> Line | None:
    notes = (
        Line(note.text, squeeze(note.text), note.line)
        for table in extraction.tables
        for note in table.notes
    )
    for line in (*lines_of(extraction.blocks), *notes):
        if any(word in line.bare for word in words.marks) and any(
            word in line.bare for word in words.differ
        ):
            return line
    return None


# --- the other edition ------------------------------------------------------------------------


def _context(table: Table, blocks: Iterable[Block]) -> list[Line]:
    """What speaks of a table: its caption, its notes, and the text above it, nearest first."""
    top = table.caption_line or table.line
    above = lines_of(block for block in blocks if top - LINES_ABOVE <= block.line < top)
    said = [Line(text, squeeze(text), top) for text in (table.caption or "", *table.headings)]
    notes = [Line(note.text, squeeze(note.text), note.line) for note in table.notes]
    headers = [
        Line(text, squeeze(text), top) for column in table.columns for text in column.path if text
    ]
    return [*said[:1], *headers, *notes, *reversed(list(paragraphs(above))), *said[:0:-1]]


def _year_before(texts: Iterable[Line], year: int | None) -> int | None:
    """The last year before ``year`` that the first text naming an edition's year says."""
    words = crosswalk_words()
    texts = list(texts)
    for text in texts:
        if not any(word in text.bare for word in words.editions):
            continue
        years = [*find_years(text.text), *map(int, _EDITION_YEAR.findall(text.bare))]
        earlier = [one for one in years if year is None or one < year]
        # Without a year of its own, the later of two years is this edition's.
        if earlier and (year is not None or len(set(earlier)) > 1):
            return max(earlier) if year is not None else sorted(set(earlier))[-2]
    said = any(word in text.bare for text in texts for word in words.last_year)
    return year - 1 if said and year else None


#: 2016版, which find_years takes for a number of copies.
_EDITION_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})版")


def _other_edition(edition: EditionContext, year: int | None) -> str:
    """This edition's name with another year, unless the sidecar names the other edition."""
    stated = edition.sidecar.get("previous_edition")
    if stated:
        return str(stated)
    series = _YEAR_AT_END.sub("", edition.edition)
    return f"{series}-{year or UNKNOWN_YEAR}"


# --- names --------------------------------------------------------------------------------


class _Names:
    """The indicators of this edition by their bare names."""

    def __init__(self, indicators: Sequence[Mapping[str, Any]]) -> None:
        self._ids: dict[str, list[str]] = {}
        # A node that its scheme describes goes before one that a table's header names.
        for row in sorted(indicators, key=lambda row: not _is_described(row)):
            self._ids.setdefault(_bare(str(row["name"])), []).append(str(row["indicator"]))

    def link(self, name: str) -> tuple[str | None, str]:
        """(id of the indicator that a name means, how it was found or why it was not)."""
        bare = _bare(name)
        if ids := self._ids.get(bare):
            others = ", ".join(ids[1:])
            return ids[0], f"this edition has the name also as {others}" if others else ""
        similar = self._similar(bare)
        if similar is None:
            return _name(name), "no indicator of this edition's tables has the name"
        score, found = similar
        return self._ids[found][0], f"taken for {found} (similarity {score:.0f} of 100)"

    def _similar(self, bare: str) -> tuple[float, str] | None:
        """The one name that is nearly the same; numbers and opposites have to be the same."""
        from rapidfuzz import fuzz, process

        near = process.extract(
            bare, list(self._ids), scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=2
        )
        near = [one for one in near if _NUMERALS.findall(one[0]) == _NUMERALS.findall(bare)]
        return (near[0][1], near[0][0]) if len(near) == 1 else None


def _is_described(row: Mapping[str, Any]) -> bool:
    return any(row.get(name) is not None for name in ("max_score", *_OF_A_SCHEME))


def _name(text: str) -> str:
    """A name without numbering, unit, maximum or code, as printed."""
    return name_of(text).text or squeeze(text)


def _bare(text: str) -> str:
    """A name for comparing, without a score ending; "" for a missing mark."""
    name = without_ending(_name(text), measure_words().score_endings)
    return fold(name).strip("—–-/无")
