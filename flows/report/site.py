"""Writing the site: an overview, a page an edition, one or more pages a table."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from flows import hold
from flows.report import gather, plots
from flows.report.errors import ReportError
from flows.report.gather import SEVERITIES, Edition, Mark, TableKey, TableRows
from flows.report.sheets import LONGEST_MARK, Sheet, cut, sheets
from flows.report.source import Source, SourceLine
from flows.steps import Batch
from flows.store import Release, Store
from flows.store.schema import PINNED

#: Lists the files of a site, so that the next one takes the place of these and of no others.
MANIFEST = "report.json"

INDEX = "index.html"

#: The most entries of a list on a page: a thousand of 600 bytes are a third of what it may have.
MOST_LISTED = 1_000

#: The most findings outside tables that are listed of a document: each brings three lines.
MOST_MARKS = 100

_SEVERITY_WORDS = {
    "error": ("错误", "error"),
    "quarantined": ("隔离", "quarantined"),
    "warning": ("警告", "warning"),
    "info": ("提示", "info"),
}
_DATASET_WORDS = {
    "documents": "文件", "tables": "表", "cells": "单元格", "observations": "数值",
    "rankings": "排名", "indicators": "指标", "crosswalk": "指标对应", "entities": "实体",
    "findings": "问题", "quarantine": "隔离行", "corrections": "更正", "expectations": "检查",
}  # fmt: skip
_ACCOUNT_WORDS = {
    "recovered": ("识别行", "rows recovered"),
    "landed": ("入库行", "landed"),
    "quarantined": ("隔离行", "quarantined"),
    "withheld": ("不予显示行", "withheld"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a report: its first page, and how many pages and bytes it has."""

    index: str
    release: str
    editions: int
    tables: int
    pages: int
    bytes: int
    largest: int


def write(curated: str, raw: str, out: str, release: str | None = None) -> Written:
    """Write the site of a release, the newest if none is named, into a folder.

    An older report there is replaced, and nothing else is touched. Raises `ReportError` for a
    folder with other files and a release that is not there, `StoreError` where the store
    cannot be read, OSError where the folder cannot be written.
    """
    batch = Batch.open(raw, curated, dry_run=True)
    found = _release(batch.store, release)
    folder = Path(out)
    older = _older(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".report-", dir=folder) as staging:
        site = _Site(batch, found, Path(staging))
        site.make()
        _replace(folder, Path(staging), older)
    return site.written(folder)


def _release(store: Store, name: str | None) -> Release:
    releases = {one.release: one for one in store.releases()}
    found = releases.get(name) if name else store.newest()
    if found is None:
        listed = ", ".join(list(releases)[-5:]) or "none"
        raise ReportError(f"no release {name or 'yet'} in {store.url}; it has: {listed}")
    return found


def _older(folder: Path) -> list[str]:
    """The files of an older report in a folder; raises `ReportError` where it has other files."""
    try:
        there = [path.name for path in folder.iterdir() if path.name[0] != "."]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ReportError(f"--out: {error}") from error
    if not there:
        return []
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed = [str(name) for name in said["files"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"--out: {folder} has files that are no report: {there[0]}"
        raise ReportError(reason) from error
    return [name for name in listed if (folder / name).resolve().is_relative_to(folder.resolve())]


def _replace(folder: Path, staging: Path, older: Sequence[str]) -> None:
    """Move a whole site to its place; what only the older one had goes."""
    files = sorted(path.relative_to(staging) for path in staging.rglob("*") if path.is_file())
    for name in set(older) - {path.as_posix() for path in files}:
        (folder / name).unlink(missing_ok=True)
    for path in files:
        (folder / path).parent.mkdir(exist_ok=True)
        shutil.move(staging / path, folder / path)
    for path in folder.iterdir():
        if path.is_dir() and path != staging and not any(path.iterdir()):
            path.rmdir()


class _Site:
    """The pages of a release, written one edition at a time."""

    def __init__(self, batch: Batch, release: Release, folder: Path) -> None:
        self._batch, self._release, self._folder = batch, release, folder
        self._sizes: dict[str, int] = {}
        self._tables = 0
        self._environment = _environment()
        self._style = Markup(_text("style.css"))  # ours, and no reader's text is in it

    def make(self) -> None:
        """Write every page, and the list of them."""
        editions = [self._edition(name) for name in sorted(self._release.editions)]
        self._page(INDEX, "index.html", **_overview(self._store, self._release, editions))
        said = {"release": self._release.release, "files": [*sorted(self._sizes), MANIFEST]}
        (self._folder / MANIFEST).write_text(json.dumps(said, indent=1), encoding="utf-8")

    def written(self, folder: Path) -> Written:
        """What was written, once it stands in its folder."""
        sizes = self._sizes.values()
        editions = len(self._release.editions)
        return Written(
            index=str(folder / INDEX),
            release=self._release.release,
            editions=editions,
            tables=self._tables,
            pages=len(sizes),
            bytes=sum(sizes),
            largest=max(sizes),
        )

    @property
    def _store(self) -> Store:
        return self._batch.store

    def _page(self, name: str, template: str, **values: Any) -> None:
        html = self._environment.get_template(template).render(
            values, release=self._release, severities=_SEVERITY_WORDS, style=self._style,
            most=MOST_LISTED, most_marks=MOST_MARKS, longest_mark=LONGEST_MARK,
        )  # fmt: skip
        data = html.encode("utf-8", "replace")
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        self._sizes[name] = len(data)

    def _edition(self, name: str) -> dict[str, Any]:
        """Write the pages of an edition; what the overview says of it."""
        edition = gather.edition(self._store, self._release, name)
        sources = {row["document"]: Source.of(self._batch, row) for row in edition.documents}
        documents = [
            _document(number, row, edition, sources[row["document"]])
            for number, row in enumerate(edition.documents, start=1)
        ]
        self._page(
            f"{edition.folder}/{INDEX}", "edition.html", edition=edition, documents=documents
        )
        last = hold.predecessor(name, self._release.editions)
        before = gather.rankings(self._store, self._release, last) if last else []
        files = _files(edition)
        for position, key in enumerate(edition.tables):
            around = (
                files[position - 1] if position else None,
                files[position + 1] if position + 1 < len(files) else None,
            )
            drawn = plots.drawn(edition.tables[key], edition, before, last)
            self._table(edition, key, sources[key[0]], files[position], around, drawn)
        self._tables += len(edition.tables)
        return {
            "name": name,
            "folder": edition.folder,
            "titles": [row["title"] for row in edition.documents if row["title"]],
            "documents": len(edition.documents),
            "tables": len(edition.tables),
            "cells": sum(len(one.cells) for one in edition.tables.values()),
            "severities": Counter(mark.severity for mark in edition.marks),
            "marks": Counter((mark.check, mark.severity) for mark in edition.marks),
            "words": {mark.check: mark.words for mark in edition.marks},
        }

    def _table(
        self,
        edition: Edition,
        key: TableKey,
        source: Source,
        file: str,
        around: tuple[str | None, str | None],
        drawn: str | None,
    ) -> None:
        rows = edition.tables[key]
        found = sheets(rows, source)
        hrefs = [_sheet_file(file, sheet.number) for sheet in found]
        for sheet in found:
            self._page(
                f"{edition.folder}/{_sheet_file(file, sheet.number)}",
                "table.html",
                edition=edition,
                table=rows,
                sheet=sheet,
                count=len(found),
                hrefs=hrefs,
                earlier=around[0],
                later=around[1],
                unread=source.unread,
                headings=json.loads(rows.table["headings"] or "[]"),
                notes=_notes(rows),
                accounts=_ACCOUNT_WORDS,
                # matplotlib has escaped its texts
                plots=Markup(drawn) if drawn and sheet.number == 1 else None,
                **_links(rows, sheet),
            )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("flows.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cut"] = cut
    return environment


def _text(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


def _files(edition: Edition) -> list[str]:
    """A file's name a table: its id, and a number where two documents have tables of one id."""
    seen = Counter[str]()
    names = []
    for _, table_id in edition.tables:
        seen[table_id] += 1
        more = f".{seen[table_id]}" if seen[table_id] > 1 else ""
        names.append(f"{table_id}{more}.html")
    return names


def _sheet_file(file: str, number: int) -> str:
    return file if number == 1 else f"{file.removesuffix('.html')}.sheet{number}.html"


def _links(rows: TableRows, sheet: Sheet) -> dict[str, Any]:
    """What leads from marks to cells, from lines to marks and rows, and marks to columns."""
    shown = {row.number for row in sheet.rows}
    on_cells = {mark.id for row in sheet.rows for cell in row.cells for mark in cell.marks}
    cells = {}
    columns: dict[int, list[Mark]] = defaultdict(list)
    on_line: dict[int, list[Mark]] = defaultdict(list)
    for mark in sheet.marks:
        if line := sheet.line_of(mark):
            on_line[line].append(mark)
        if mark.row in shown:
            cells[mark.id] = f"#r{mark.row}"
            cells[mark.id] += f"c{mark.column}" if mark.id in on_cells else ""
        elif 0 < mark.column <= len(rows.columns) and not mark.row:
            cells[mark.id] = f"#c{mark.column}"
            columns[mark.column].append(mark)
    rows_of_lines: dict[int, int] = {}
    for row in sheet.rows:
        if row.line:
            rows_of_lines.setdefault(row.line, row.number)
    return {
        "cells": cells,
        "on_columns": columns,
        "on_line": on_line,
        "rows_of_lines": rows_of_lines,
    }


def _notes(rows: TableRows) -> list[str]:
    return [
        str(note.get("text", "")) if isinstance(note, Mapping) else str(note)
        for note in json.loads(rows.table["notes"] or "[]")
    ]


def _document(number: int, row: gather.Row, edition: Edition, source: Source) -> dict[str, Any]:
    """What a page of an edition says of a document: its tables, and what is of none."""
    name = row["document"]
    marks = edition.loose.get(name, [])
    on_line: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks[:MOST_MARKS]:
        if mark.line:
            on_line[mark.line].append(mark)
    around: set[int] = {line + d for line in on_line for d in (-1, 0, 1)}
    lines: list[SourceLine] = source.lines(around)
    return {
        "row": row,
        "unread": source.unread,
        "withheld": json.loads(row["accounting"] or "{}").get("withheld", {}),
        "prefix": f"d{number}-",
        "marks": marks,
        "on_line": on_line,
        "lines": [one for one in lines if one.text is not None or one.number in on_line],
        "tables": list(_listed(edition, name)),
    }


def _listed(edition: Edition, document: str) -> Iterator[dict[str, Any]]:
    for file, (key, one) in zip(_files(edition), edition.tables.items(), strict=True):
        if key[0] == document:
            yield {
                "row": one.table,
                "heading": one.heading,
                "href": file,
                "severities": Counter(mark.severity for mark in one.marks),
            }


def _overview(
    store: Store, release: Release, editions: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the first page says: the rows by dataset, the editions, the findings by check."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    where: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    words: dict[str, Mapping[str, str]] = {}
    for one in editions:
        words |= one["words"]
        for (check, severity), count in one["marks"].items():
            counted[check][severity] += count
            if one not in where[check]:
                where[check].append(one)
    weight = {
        check: [-found[severity] for severity in SEVERITIES] for check, found in counted.items()
    }
    return {
        "rows": {
            name: store.dataset(name, release).count_rows()
            for name in PINNED
            if name in release.versions
        },
        "datasets": _DATASET_WORDS,
        "editions": editions,
        "checks": [
            {
                "check": check,
                "words": words[check],
                "severities": counted[check],
                "editions": where[check],
            }
            for check in sorted(counted, key=lambda check: (weight[check], check))
        ],
    }
