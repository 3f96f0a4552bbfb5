"""A release in PostgreSQL: keys, foreign keys, types and comments from the field dictionary.

A load is one transaction: whoever reads sees the old release or the new one, and a load that
fails or is killed leaves the old one. Rows are deleted and copied rather than truncated, which
would keep readers waiting; views on the tables and grants stay. PostgreSQL 15 or later.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any
from urllib.parse import unquote

import psycopg
import pyarrow as pa
import pyarrow.csv as pa_csv
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from flows.export.errors import ExportError
from flows.export.selection import Selection
from flows.store import Release
from schemas.datasets import DATASETS, Dataset
from schemas.fields import Field
from schemas.references import REFERENCES, Reference

#: Where the tables go if no one says: not ``public``, whose tables are other people's.
SCHEMA = "rankbook"

_TYPES = {
    "string": "text",
    "json": "jsonb",
    "int64": "bigint",
    "float64": "double precision",
    "bool": "boolean",
    "timestamp": "timestamptz",
}

#: The first whose unique keys can take a null for a value, as the dictionary's do.
_OLDEST_SERVER = 15

#: A host that does not answer would else keep a caller for minutes.
_CONNECT_SECONDS = 10

#: What tells our tables from others, in the comment of ``releases``: how the tables are made,
#: and what they hold.
_MARK = re.compile(r"\[rankbook structure ([0-9a-f]{16}) content ([0-9a-f]{16})\]")
_MARKED = "releases"

#: Rows that are turned to text at a time: a few megabytes.
_ROWS_AT_ONCE = 20_000

#: What reads as a password or as a part of one in a URL that is written in a wrong way.
_SECRET = re.compile(r"//[^:/]*:(.*)@", re.DOTALL)
_SIGNS = re.compile(r"[:/?#&=@\[\]\s]+")

_Connection = psycopg.Connection[tuple[Any, ...]]


class DatabaseError(OSError):
    """What a database would not do. The message names no password."""


@dataclass(frozen=True, slots=True)
class _Loading:
    """A load into a schema of a database, in its transaction."""

    connection: _Connection
    schema: str
    selection: Selection

    def run(self) -> dict[str, int] | None:
        """The rows loaded by table; None where the schema holds just this already."""
        self._lock()
        structure = _digest(_structure())
        content = _digest(_content(self.selection))
        found = self._found()
        if found == (structure, content) and self._counts() == self._wanted_counts():
            return None
        if found is None or found[0] != structure:
            self._make(replaces=found is not None)
        for name in reversed(_order()):
            self._execute("DELETE FROM {}", self._table(name))
        rows = {name: self._copy(name) for name in _order()}
        self._comment(f"[rankbook structure {structure} content {content}]")
        for name in rows:
            self._execute("ANALYZE {}", self._table(name))
        return rows

    def _lock(self) -> None:
        """Let one load at a time into a schema; the database frees it with the transaction."""
        key = f"rankbook {self.schema}"
        self.connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])

    def _found(self) -> tuple[str, str] | None:
        """How the tables in the schema are made and what they hold; None where there is none.

        Raises `ExportError` where tables of our names are there that are not ours.
        """
        query = "SELECT table_name FROM information_schema.tables WHERE table_schema = %s"
        there = {name for (name,) in self.connection.execute(query, [self.schema])}
        comment = self.connection.execute(
            "SELECT obj_description(to_regclass(format('%%I.%%I', %s::text, %s::text)), 'pg_class')",
            [self.schema, _MARKED],
        ).fetchone()
        mark = _MARK.search((comment and comment[0]) or "")
        if mark:
            return mark[1], mark[2]
        foreign = sorted(there & set(DATASETS))
        if foreign:
            raise ExportError(
                f"--schema: {self.schema} has a table {foreign[0]} that rankbook did not make; "
                "give another schema"
            )
        return None

    def _make(self, *, replaces: bool) -> None:
        """Make the tables, in place of those that another dictionary made."""
        self._execute("CREATE SCHEMA IF NOT EXISTS {}", sql.Identifier(self.schema))
        if replaces:
            tables = sql.SQL(", ").join(self._table(name) for name in _order())
            self._execute("DROP TABLE IF EXISTS {}", tables)
        for name in _order():
            parts = sql.SQL(", ").join(self._parts(DATASETS[name]))
            self._execute("CREATE TABLE {} ({})", self._table(name), parts)
            for columns in _indexed(name):
                self._execute("CREATE INDEX ON {} ({})", self._table(name), _names(columns))

    def _parts(self, dataset: Dataset) -> Iterator[sql.Composable]:
        """The columns and constraints of a table."""
        for column, field in dataset.fields.items():
            null = " NOT NULL" if column in dataset.required else ""
            yield sql.Identifier(column) + sql.SQL(f" {_TYPES[field.type]}{null}")
        key = _names(dataset.key)
        if set(dataset.key) <= dataset.required:
            yield sql.SQL("PRIMARY KEY ({})").format(key)
        else:
            yield sql.SQL("UNIQUE NULLS NOT DISTINCT ({})").format(key)
        for one in _foreign_keys(dataset.name):
            yield sql.SQL("FOREIGN KEY ({}) REFERENCES {} ({})").format(
                _names(one.columns), self._table(one.dataset), _names(one.names)
            )

    def _copy(self, name: str) -> int:
        """Fill a table; the rows it has then."""
        rows = _complete(self.selection.table(name), DATASETS[name])
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
            self._table(name), _names(rows.column_names)
        )
        with self.connection.cursor().copy(statement) as copy:
            for text in _csv(rows):
                copy.write(text)
        return int(rows.num_rows)

    def _comment(self, mark: str) -> None:
        for name, dataset in DATASETS.items():
            said = f"One row: {dataset.meaning}." + (f" {mark}" if name == _MARKED else "")
            self._execute("COMMENT ON TABLE {} IS {}", self._table(name), sql.Literal(said))
            for column, field in dataset.fields.items():
                place = sql.SQL("{}.{}").format(self._table(name), sql.Identifier(column))
                text = sql.Literal(_meaning(field))
                self._execute("COMMENT ON COLUMN {} IS {}", place, text)

    def _counts(self) -> dict[str, int]:
        query = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, count(*) FROM {}").format(sql.Literal(name), self._table(name))
            for name in DATASETS
        )
        return {name: count for name, count in self.connection.execute(query)}

    def _wanted_counts(self) -> dict[str, int]:
        return {name: self.selection.table(name).num_rows for name in DATASETS}

    def _table(self, name: str) -> sql.Composable:
        return sql.Identifier(self.schema, name)

    def _execute(self, statement: str, *parts: sql.Composable) -> None:
        self.connection.execute(sql.SQL(statement).format(*parts))


def load(selection: Selection, url: str, schema: str = SCHEMA) -> dict[str, Any]:
    """Load what is selected into a schema, in place of the release that it had.

    Returns the host, database, schema and rows by table; no rows where all that is there
    already. Raises `ExportError` for a URL or schema that cannot be meant, `DatabaseError` where
    the database refuses, `StoreError` where the release cannot be read.
    """
    said = _target(url)
    with _told(url), psycopg.connect(url, **_defaults(url)) as connection:
        server = connection.info.server_version // 10_000
        if server < _OLDEST_SERVER:
            raise ExportError(f"PostgreSQL {server} is too old; {_OLDEST_SERVER} is the oldest")
        rows = _Loading(connection, schema, selection).run()
    return {"database": {**said, "schema": schema}, "changed": rows is not None, "rows": rows or {}}


def _target(url: str) -> dict[str, Any]:
    """Where a URL points, for a person to read; raises `ExportError`, which does not repeat it."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise ExportError("--to takes postgresql://USER@HOST/DATABASE")
    try:
        known = conninfo_to_dict(url)
    except psycopg.Error:
        known = {}
    host = str(known.get("host") or "")
    if not known or "@" in host or "@" in str(known.get("dbname") or ""):
        raise ExportError(
            "--to is no PostgreSQL URL; signs in a password are written as %40 for @, %2F for /, "
            "%3A for :, %23 for #, or the password stands in PGPASSWORD or ~/.pgpass"
        )
    return {"host": host or None, "name": known.get("dbname")}


def _defaults(url: str) -> dict[str, Any]:
    defaults = {"application_name": "rankbook", "connect_timeout": _CONNECT_SECONDS}
    given = conninfo_to_dict(url)
    wanted = {name: value for name, value in defaults.items() if name not in given}
    return {**wanted, "client_encoding": "utf8"}


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Tell a database's errors in one line each, without what may be a password."""
    try:
        yield
    except psycopg.Error as error:
        detail = error.diag.message_detail
        said = " ".join(f"{error}".split())
        hint = "" if detail is None or detail in said else f" ({detail})"
        raise DatabaseError(_without_secrets(f"the database: {said}{hint}", url)) from None


def _without_secrets(text: str, url: str) -> str:
    secret = _SECRET.search(url)
    if secret is None:
        return text
    pieces = {secret[1], *_SIGNS.split(secret[1])}
    pieces |= {unquote(piece) for piece in pieces}
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, "***") if piece else text
    return text


def _order() -> list[str]:
    """The datasets, what is referred to before what refers to it."""
    return list(
        TopologicalSorter(
            {name: [one.dataset for one in _foreign_keys(name)] for name in DATASETS}
        ).static_order()
    )


def _foreign_keys(name: str) -> list[Reference]:
    return [one for one in REFERENCES.get(name, ()) if one.is_key]


def _indexed(name: str) -> list[tuple[str, ...]]:
    """The columns by which rows are looked for, where no key begins with them."""
    wanted = [one.columns for one in REFERENCES.get(name, ())]
    return [one for one in wanted if DATASETS[name].key[: len(one)] != one]


def _structure() -> list[Any]:
    """What the tables are made of: where it changes, they are made anew."""
    return [
        [
            name,
            [(column, field.type) for column, field in dataset.fields.items()],
            dataset.key,
            sorted(dataset.required),
            [(one.columns, one.dataset, one.names) for one in _foreign_keys(name)],
            _indexed(name),
        ]
        for name, dataset in DATASETS.items()
    ]


def _content(selection: Selection) -> list[Any]:
    """What is loaded. The names of a release's files are made from their bytes."""
    release: Release = selection.release
    files = {name: selection.store.dataset(name, release).files for name in release.versions}
    return [release.row(), selection.editions, selection.left_out, files]


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _complete(rows: pa.Table, dataset: Dataset) -> pa.Table:
    """The columns of the dictionary, null where an older release has no such column."""
    there = set(rows.column_names)
    columns = {
        name: rows[name] if name in there else pa.nulls(rows.num_rows, pa.string())
        for name in dataset.columns
    }
    return pa.table(columns)


def _csv(rows: pa.Table) -> Iterator[pa.Buffer]:
    """Rows as CSV: every text in quotes, a null as nothing, which is how COPY tells them apart."""
    options = pa_csv.WriteOptions(include_header=False, quoting_style="needed")
    for batch in rows.to_batches(max_chunksize=_ROWS_AT_ONCE):
        stream = pa.BufferOutputStream()
        pa_csv.write_csv(batch, stream, options)
        yield stream.getvalue()


def _meaning(field: Field) -> str:
    unit = f" Unit: {field.unit}." if field.unit else ""
    return f"{field.meaning}{unit} {'、'.join(field.labels)}"


def _names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
