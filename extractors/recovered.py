"""What was recovered from a document before anything was matched, and its JSON.

Recovering reads bytes; matching does not. What stands here is kept, so that a change of
words is matched again without the document. Nothing that is withheld is in it: a withheld
table is counted and a withheld line is blank.

The JSON is compact, since a yearbook has tens of thousands of cells: a cell is its text
where it has the line and page of its row, labels are two letters a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, get_args

from extractors.model import (
    Block,
    Box,
    Cell,
    Column,
    Document,
    Doubt,
    Line,
    LineLabel,
    Note,
    Row,
    Table,
)

#: The version of the form below; another one is not read.
FORM = 2

#: The two letters that a label of a line begins with.
_LETTERS: dict[LineLabel, str] = {label: label[:2] for label in get_args(LineLabel)}
_LABELS = {letters: label for label, letters in _LETTERS.items()}


class FormError(Exception):
    """Text that is no recovery, or one in another form."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """The tables of a document, unmatched, with its prose, its labels and what is doubtful.

    ``columns`` of the tables have a path and a panel and nothing else. ``withheld`` counts
    tables, rows and lines; ``persons`` are the words of the document's own vocabulary by
    which they were withheld.
    """

    document: Document
    tables: list[Table]
    blocks: list[Block]
    labels: list[LineLabel]
    doubts: list[Doubt]
    withheld: dict[str, int]
    persons: frozenset[str] = frozenset()


def to_json(recovered: Recovered) -> str:
    """A recovery as one line of JSON."""
    document = recovered.document
    form = {
        "form": FORM,
        "document": {
            name: getattr(document, name)
            for name in ("name", "sha256", "media_type", "encoding", "pages", "title")
        },
        "lines": [line.text for line in document.lines],
        "pages": _runs([line.page for line in document.lines]),
        "boxes": [[line.number, line.box] for line in document.lines if line.box],
        "labels": "".join(_LETTERS[label] for label in recovered.labels),
        "tables": [_table(table) for table in recovered.tables],
        "blocks": [[b.text, b.line, b.last_line, b.page, b.kind] for b in recovered.blocks],
        "doubts": [asdict(doubt) for doubt in recovered.doubts],
        "withheld": recovered.withheld,
        "persons": sorted(recovered.persons),
    }
    return json.dumps(form, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Recovered:
    """The recovery that `to_json` wrote. Raises `FormError` for anything else."""
    try:
        form = json.loads(text)
        if form["form"] != FORM:
            raise FormError(f"form {form['form']!r}; {FORM} is read")
        labels = form["labels"]
        return Recovered(
            document=Document(**form["document"], lines=tuple(_lines(form))),
            tables=[_table_of(table) for table in form["tables"]],
            blocks=[Block(*block) for block in form["blocks"]],
            labels=[_LABELS[labels[at : at + 2]] for at in range(0, len(labels), 2)],
            doubts=[Doubt(**doubt) for doubt in form["doubts"]],
            withheld=form["withheld"],
            persons=frozenset(form["persons"]),
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise FormError(f"no recovery: {type(error).__name__}") from error


def _runs(pages: list[int | None]) -> list[tuple[int, int | None]]:
    """(position of its first line, page) for every page."""
    return [
        (position, page)
        for position, page in enumerate(pages)
        if not position or page != pages[position - 1]
    ]


def _lines(form: dict[str, Any]) -> Iterator[Line]:
    starts = dict(form["pages"])
    boxes = {number: _box(box) for number, box in form["boxes"]}
    page: int | None = None
    for position, text in enumerate(form["lines"]):
        page = starts.get(position, page)
        yield Line(position + 1, text, page, boxes.get(position + 1))


def _box(box: list[float] | None) -> Box | None:
    return (box[0], box[1], box[2], box[3]) if box else None


def _table(table: Table) -> dict[str, Any]:
    return {
        "id": table.table_id,
        "caption": [table.caption, table.caption_line],
        "unit": table.unit,
        "place": [table.page, table.line],
        "columns": [[column.path, column.panel] for column in table.columns],
        "rows": [_row(row) for row in table.rows],
        "notes": [[note.text, note.line, note.page] for note in table.notes],
        "headings": table.headings,
        "lines": table.lines,
        "header_lines": table.header_lines,
    }


def _table_of(form: dict[str, Any]) -> Table:
    caption, caption_line = form["caption"]
    page, line = form["place"]
    return Table(
        table_id=form["id"],
        caption=caption,
        caption_line=caption_line,
        kind="list",
        group=None,
        unit=form["unit"],
        page=page,
        line=line,
        columns=[Column(tuple(path), panel=panel) for path, panel in form["columns"]],
        rows=[_row_of(row) for row in form["rows"]],
        notes=[Note(*note) for note in form["notes"]],
        headings=tuple(form["headings"]),
        lines=[(first, last) for first, last in form["lines"]],
        header_lines=form["header_lines"],
    )


def _row(row: Row) -> list[Any]:
    return [row.line, row.page, row.kind, [_cell(cell, row) for cell in row.cells]]


def _row_of(form: list[Any]) -> Row:
    line, page, kind, cells = form
    return Row([_cell_of(cell, line, page) for cell in cells], line, page, kind)


def _cell(cell: Cell, row: Row) -> str | list[Any]:
    if cell == Cell(cell.text, row.line, row.page):
        return cell.text
    return [cell.text, cell.line, cell.page, cell.filled, cell.box, cell.confidence]


def _cell_of(form: str | list[Any], line: int, page: int | None) -> Cell:
    if isinstance(form, str):
        return Cell(form, line, page)
    text, line, page, filled, box, confidence = form
    return Cell(text, line, page, _box(box), filled, confidence)
