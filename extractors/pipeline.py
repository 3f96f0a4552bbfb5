"""The order of the steps from bytes to tables. Each takes only what the one before gave."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from extractors.assemble import assemble
from extractors.contents import drop_contents
from extractors.layouts import Page
from extractors.layouts.fragment import Fragment
from extractors.lines import Lines
from extractors.match import Matcher
from extractors.model import (
    Block,
    Document,
    DocumentError,
    Doubt,
    Extraction,
    Line,
    LineLabel,
    Table,
)
from extractors.recovered import Recovered
from extractors.schemes import is_scheme
from extractors.source import ALONE, Reading, Source, read
from extractors.withhold import Withholding
from schemas.vocabulary import Vocabulary, fold

#: One of two readings that fit as well is right in half of the tables.
UNCLEAR_HEADER = 0.5

#: Whether a text is the name of a place.
IsName = Callable[[str], bool]


def extract(
    data: bytes,
    name: str,
    vocabulary: Vocabulary | None = None,
    is_name: IsName | None = None,
    reading: Reading = ALONE,
) -> Extraction:
    """Recover the tables of one document. Raises `DocumentError` for bad input.

    ``is_name`` tells whether a text is the name of a place; the register does by default.
    """
    vocabulary = vocabulary or Vocabulary.load()
    is_name = is_name or register_names()
    return extract_from(
        lambda words: recover(data, name, words, is_name, reading), vocabulary, is_name
    )


def extract_from(
    read: Callable[[Vocabulary], Recovered], vocabulary: Vocabulary, is_name: IsName
) -> Extraction:
    """Match what ``read`` recovers with the words it is given.

    The words that a document adds are for matching: what is recovered without them stays
    good when they change. Only where one of them stands in the document and was not taken
    for a header is it read with them too.
    """
    recovered = read(vocabulary.base)
    if is_overlooked(recovered, vocabulary):
        recovered = read(vocabulary)
    return match(recovered, vocabulary, is_name)


def recover(
    data: bytes,
    name: str,
    vocabulary: Vocabulary,
    is_name: IsName,
    reading: Reading = ALONE,
) -> Recovered:
    """Everything between the bytes and the words: read, find, assemble, withhold, label."""
    return recover_from(read(data, name, vocabulary, reading), vocabulary, is_name)


def recover_from(source: Source, vocabulary: Vocabulary, is_name: IsName) -> Recovered:
    """What was read, assembled to tables, without what is withheld."""
    document, page = source.document, source.page
    contents = drop_contents(page, vocabulary)
    tables, doubts = assemble(page, vocabulary, is_name)
    _refuse_cut(source)
    doubts += source.doubts
    withholding = Withholding(vocabulary, is_name)
    kept: list[Table] = []
    withheld: list[Table] = []
    for table in tables:
        table.table_id = table_id(document, table)
        (withheld if withholding.is_withheld_table(table) else kept).append(table)
    labels = _labels(page, kept, withheld, contents, withholding)
    headings = _headings(page, labels, vocabulary)
    _set_headings(headings, kept)
    hidden = {line for line, label in enumerate(labels, start=1) if label == "withheld"}
    recovered = Recovered(
        document=document,
        tables=kept,
        blocks=_blocks(document, labels, {line for line, _, _ in headings}),
        labels=labels,
        doubts=[_placed(doubt, kept) for doubt in doubts if not _is_withheld(doubt, withheld)],
        withheld={
            "tables": len(withheld),
            "rows": sum(len(table.rows) for table in withheld),
            "lines": len(hidden),
        },
        persons=vocabulary.own_persons,
    )
    return _without(recovered, hidden, withholding)


def match(recovered: Recovered, vocabulary: Vocabulary, is_name: IsName) -> Extraction:
    """Say what every column holds. The recovery stays as it is; rows are shared with it."""
    recovered = withhold(recovered, vocabulary, is_name)
    matcher = Matcher(vocabulary, is_name)
    tables: list[Table] = []
    doubts = list(recovered.doubts)
    for unmatched in recovered.tables:
        columns = [replace(column) for column in unmatched.columns]
        table = replace(unmatched, columns=columns)
        found: list[Doubt] = []
        matcher.match(table, found)
        if is_scheme(table):
            table.kind = "scheme"
        table.confidence = _confidence(table, recovered.doubts)
        doubts += [_of_table(doubt, table.table_id) for doubt in found]
        tables.append(table)
    extraction = Extraction(
        document=recovered.document,
        tables=tables,
        blocks=recovered.blocks,
        labels=recovered.labels,
        doubts=doubts,
        withheld=recovered.withheld,
    )
    return _guarded(extraction, Withholding(vocabulary, is_name))


def withhold(recovered: Recovered, vocabulary: Vocabulary, is_name: IsName) -> Recovered:
    """Withhold what the words that a document adds say is personal, and nothing less."""
    if vocabulary.own_persons <= recovered.persons:
        return recovered
    withholding = Withholding(vocabulary, is_name)
    gone = [table for table in recovered.tables if withholding.is_withheld_table(table)]
    texts = [line.text.strip() for line in recovered.document.lines]
    names = {table.table_id for table in gone}
    kept = [table for table in recovered.tables if table.table_id not in names]
    labels = _withheld_labels(recovered.labels, texts, kept, gone, withholding)
    hidden = {line for line, label in enumerate(labels, start=1) if label == "withheld"}
    fewer = replace(
        recovered,
        tables=kept,
        labels=labels,
        doubts=[doubt for doubt in recovered.doubts if doubt.table_id not in names],
        withheld={
            "tables": recovered.withheld["tables"] + len(gone),
            "rows": recovered.withheld["rows"] + sum(len(table.rows) for table in gone),
            "lines": len(hidden),
        },
        persons=recovered.persons | vocabulary.own_persons,
    )
    return _without(fewer, hidden, withholding)


def is_overlooked(recovered: Recovered, vocabulary: Vocabulary) -> bool:
    """Whether a header word that the document adds stands in a cell or on a line of its own.

    Then recovering did not know it for a header, and where the table begins may hang on it.
    """
    words = vocabulary.own_headers
    if not words.by_alias:
        return False
    longest = max(map(len, words.by_alias))
    return any(words.fields_of(text) for text in _free_texts(recovered, longest))


def _free_texts(recovered: Recovered, longest: int) -> set[str]:
    """The different short texts of a document that are in no header.

    A header word with its blanks, brackets and period has at most some thirty more characters.
    """
    cells = (cell.text for t in recovered.tables for row in t.rows for cell in row.cells)
    lines = zip(recovered.document.lines, recovered.labels, strict=True)
    prose = (line.text.strip() for line, label in lines if label in ("prose", "caption"))
    return {text for part in (cells, prose) for text in part if 0 < len(text) <= longest + 32}


def register_names() -> IsName:
    """Whether the register of places has a name."""
    from extractors.areas import Register

    return Register.load().is_name


def _without(recovered: Recovered, hidden: set[int], withholding: Withholding) -> Recovered:
    """A recovery without the print of the lines that are withheld, and without their use."""
    document = recovered.document
    title = document.title
    gone = {document.lines[line - 1].text.strip() for line in hidden}
    if title and (title.strip() in gone or withholding.is_withheld_line(title)):
        document = replace(document, title=None)
    headings = {block.text for block in recovered.blocks if block.line in hidden}
    for table in recovered.tables:
        table.notes = [note for note in table.notes if note.line not in hidden]
        table.headings = tuple(text for text in table.headings if text not in headings)
        if table.caption_line in hidden:
            table.caption = table.caption_line = None
        _clean(table, withholding)
    return replace(
        recovered,
        document=replace(document, lines=tuple(_blank(document.lines, hidden))),
        blocks=[block for block in recovered.blocks if block.line not in hidden],
        doubts=[doubt for doubt in recovered.doubts if doubt.line not in hidden],
    )


def _clean(table: Table, withholding: Withholding) -> None:
    """Drop what is personal of the words around a table and of its headers."""
    is_withheld = withholding.is_withheld_label
    if table.caption and is_withheld(table.caption):
        table.caption = table.caption_line = None
    table.group = _kept(table.group, withholding)
    table.unit = _kept(table.unit, withholding)
    table.notes = [note for note in table.notes if not withholding.is_withheld_line(note.text)]
    table.headings = tuple(text for text in table.headings if not is_withheld(text))
    for column in table.columns:
        column.path = tuple(part for part in column.path if not is_withheld(part))
        if is_withheld("".join(column.path)):
            column.path = ()


def _kept(text: str | None, withholding: Withholding) -> str | None:
    return None if text and withholding.is_withheld_label(text) else text


def _guarded(extraction: Extraction, withholding: Withholding) -> Extraction:
    """The last guard: every text once more, whichever way it came here."""
    is_personal = withholding.is_personal
    for table in extraction.tables:
        _clean(table, withholding)
        for column in table.columns:
            column.unit = _kept(column.unit, withholding)
            column.measure = _kept(column.measure, withholding)
            column.period = _kept(column.period, withholding)
            column.reason = _kept(column.reason, withholding) or ""
        for row in table.rows:
            for cell in row.cells:
                if is_personal(cell.text):
                    cell.text = ""
                if cell.filled and is_personal(cell.filled):
                    cell.filled = None
    extraction.document = replace(
        extraction.document, title=_kept(extraction.document.title, withholding)
    )
    extraction.blocks = [b for b in extraction.blocks if not is_personal(b.text)]
    extraction.doubts = [
        replace(
            doubt,
            printed=_kept(doubt.printed, withholding),
            expected=_kept(doubt.expected, withholding),
            evidence=_kept(doubt.evidence, withholding),
        )
        for doubt in extraction.doubts
    ]
    return extraction


def _blank(lines: Sequence[Line], hidden: set[int]) -> Iterable[Line]:
    return (replace(line, text="") if line.number in hidden else line for line in lines)


def table_id(document: Document, table: Table) -> str:
    """The document and the place, so that finding one more table renumbers none."""
    stem = hashlib.sha256(document.name.encode()).hexdigest()[:8]
    place = f"p{table.page}-l{table.line}" if table.page else f"l{table.line}"
    return f"{stem}-{place}"


def _refuse_cut(source: Source) -> None:
    """A document whose last table ends in the middle of a row has been cut: refuse it.

    A short last row is whole where its line is ended, or where it is a total or a note.
    """
    page = source.page
    totals = {fold(word) for word in page.vocabulary.words("total_rows")}
    last_line = max((line.number for line in page.lines if line.text.strip()), default=0)
    for fragment in source.fragments:
        if fragment.last != last_line:
            continue
        short = fragment.layout in ("tabs", "bars") and last_line in fragment.ragged
        label = next((cell.text for cell in fragment.rows[-1] if cell.text), "")
        whole = (
            source.is_ended or fold(label) in totals or Lines(page, page.vocabulary).is_note(label)
        )
        if fragment.cut or (short and not whole and len(fragment.rows) > 2):
            raise DocumentError(
                source.document.name,
                "the document ends in the middle of a table row; get the whole of it",
                code="table-cut",
                line=last_line,
            )


def _labels(
    page: Page,
    kept: list[Table],
    withheld: list[Table],
    contents: list[Fragment],
    withholding: Withholding,
) -> list[LineLabel]:
    """One label a line: everything of a document is accounted for."""
    labels: list[LineLabel] = [
        "furniture" if not text or page.is_furniture(index) else "prose"
        for index, text in enumerate(page.texts)
    ]
    for fragment in contents:
        for line in range(fragment.first, fragment.last + 1):
            labels[line - 1] = "furniture"
    for table in kept:
        _label_table(labels, table)
        for first, last in table.lines:
            for line in range(first, last + 1):
                if page.ruled[line - 1]:  # a rule between the rows is of the table
                    labels[line - 1] = "cell"
    lines = Lines(page, page.vocabulary)
    for index, text in enumerate(page.texts):
        if (
            labels[index] == "prose"
            and len(text) <= 40
            and (lines.is_continued(text) or lines.unit_of(text))
        ):
            labels[index] = "caption"
    return _withheld_labels(labels, page.texts, kept, withheld, withholding)


def _withheld_labels(
    labels: Sequence[LineLabel],
    texts: Sequence[str],
    kept: Iterable[Table],
    gone: Iterable[Table],
    withholding: Withholding,
) -> list[LineLabel]:
    """The labels once personal lines, runs of names and the lines of tables are withheld.

    A line that has cells of a table that is kept is judged by its cells, with its table.
    """
    found = list(labels)
    judged = {cell.line for table in kept for row in table.rows for cell in row.cells}
    for index, text in enumerate(texts):
        if found[index] in ("prose", "note"):
            personal = withholding.is_withheld_line(text)
        else:
            personal = index + 1 not in judged and any(
                map(withholding.is_withheld_label, text.split("\t"))
            )
        if personal:
            found[index] = "withheld"
    free = [text if found[i] == "prose" else "" for i, text in enumerate(texts)]
    for index in withholding.names_run(free):
        found[index] = "withheld"
    for table in gone:
        for first, last in table.lines:
            for line in range(first, last + 1):
                if texts[line - 1]:
                    found[line - 1] = "withheld"
    return found


def _label_table(labels: list[LineLabel], table: Table) -> None:
    for row in table.rows:
        for cell in row.cells:
            labels[cell.line - 1] = "cell"
    for first, last in table.lines:
        for line in range(first, last + 1):
            if labels[line - 1] == "prose":
                labels[line - 1] = "cell"
    for line in table.header_lines:
        labels[line - 1] = "header"
    for note in table.notes:
        labels[note.line - 1] = "note"
    if table.caption_line and labels[table.caption_line - 1] == "prose":
        labels[table.caption_line - 1] = "caption"


def _headings(
    page: Page, labels: list[LineLabel], vocabulary: Vocabulary
) -> list[tuple[int, int, str]]:
    """(line, level, text) of every heading."""
    lines = Lines(page, vocabulary)
    found = []
    for index, text in enumerate(page.texts):
        if labels[index] not in ("prose", "caption") or not 1 < len(text) <= 40:
            continue
        if lines.is_continued(text) or lines.unit_of(text) or lines.is_numbered_caption(text):
            continue
        numbered = lines.is_enumerated(text)
        alone = (index == 0 or not page.texts[index - 1]) and (
            index + 1 == len(page.texts) or not page.texts[index + 1]
        )
        if (numbered or alone) and lines.is_heading(text):
            found.append((index + 1, lines.level(text), text))
    return found


def _set_headings(headings: list[tuple[int, int, str]], tables: list[Table]) -> None:
    """The headings in force at each table, outermost first, its own caption left out."""
    force: list[tuple[int, str]] = []
    position = 0
    for table in sorted(tables, key=lambda table: table.caption_line or table.line):
        place = table.caption_line or table.line
        while position < len(headings) and headings[position][0] < place:
            _, level, text = headings[position]
            while force and force[-1][0] >= level:
                force.pop()
            force.append((level, text))
            position += 1
        table.headings = tuple(text for _, text in force)


def _blocks(document: Document, labels: list[LineLabel], headings: set[int]) -> list[Block]:
    return [
        Block(
            line.text.strip(),
            line.number,
            line.number,
            line.page,
            "caption" if label == "caption" else "heading" if line.number in headings else "prose",
        )
        for line, label in zip(document.lines, labels, strict=True)
        if label in ("caption", "prose")
    ]


def _confidence(table: Table, doubts: Iterable[Doubt]) -> float:
    """How far a table may be trusted: its weakest column, less where it has no header, and no
    further than its header where that can be read in two ways."""
    if not table.columns:
        return 0.0
    weakest = min(column.confidence for column in table.columns)
    headed = 1.0 if all(column.path for column in table.columns) else 0.95
    unclear = any(d.check == "header-unclear" and d.table_id == table.table_id for d in doubts)
    return round(min(weakest * headed, UNCLEAR_HEADER if unclear else 1.0), 3)


def _of_table(doubt: Doubt, table: str) -> Doubt:
    return replace(doubt, table_id=table)


def _placed(doubt: Doubt, tables: list[Table]) -> Doubt:
    """A doubt with the table that its line belongs to."""
    if doubt.table_id or doubt.line is None:
        return doubt
    for table in tables:
        if table.lines[0][0] <= doubt.line <= table.lines[-1][1]:
            return _of_table(doubt, table.table_id)
    return doubt


def _is_withheld(doubt: Doubt, withheld: list[Table]) -> bool:
    return any(table.lines[0][0] <= (doubt.line or 0) <= table.lines[-1][1] for table in withheld)
