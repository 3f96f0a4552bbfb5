"""The data dictionary: what every dataset and column means, for people who never read our code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from flows.export import package
from flows.export.package import plain_field
from flows.export.target import Target
from schemas.datasets import CONTRACT_VERSION, DATASETS, Dataset
from schemas.fields import Field
from schemas.references import REFERENCES

MARKDOWN, HTML, CSV = "dictionary.md", "dictionary.html", "dictionary.csv"

#: What is told of a column, and what each thing is.
_TOLD = {
    "column": "The name of the column.",
    "type": "string, int64, float64, bool, timestamp (UTC), or json (JSON text).",
    "label": "The usual Chinese name.",
    "meaning": "What a value says.",
    "unit": "What a number counts or measures.",
    "allowed": "The only values, bounds, or pattern that are allowed.",
    "filled": "key, where it is part of the key; always, where it is never null.",
    "refers_to": "The dataset whose row it names, with other columns where the key has several.",
}

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem .5rem;"
    "text-align:left;vertical-align:top}th{background:#eee}code{font-size:.95em}"
    "@media print{h2{break-after:avoid}tr{break-inside:avoid}}"
)

_INTRODUCTION = (
    f"Contract version {CONTRACT_VERSION}. A dataset is a Delta table, or a file of an export. "
    "Every row of every dataset but entities and releases says which edition and document it is of."
)


def write(target: Target) -> dict[str, Any]:
    """Write the dictionary as Markdown, as a page and as CSV with its descriptor."""
    target.text(MARKDOWN, to_markdown())
    target.text(HTML, to_html())
    names = ("dataset", *_TOLD)
    rows = [[name, *row] for name, dataset in DATASETS.items() for row in _rows(dataset)]
    target.csv(CSV, names, rows)
    fields = [plain_field("dataset", "string", "The dataset.")]
    fields += [plain_field(name, "string", meaning) for name, meaning in _TOLD.items()]
    descriptor = {
        "$schema": package.PACKAGE_PROFILE,
        "name": "rankbook-dictionary",
        "title": "What the columns of the datasets mean",
        "contractVersion": CONTRACT_VERSION,
        "texts": [MARKDOWN, HTML],
        "resources": [
            package.resource(
                "dictionary", CSV, fields, "One row: a column.", primaryKey=["dataset", "column"]
            )
        ],
    }
    target.finish(descriptor)
    return {"datasets": len(DATASETS), "columns": len(rows)}


def to_markdown() -> str:
    """The dictionary as Markdown, a table a dataset."""
    parts = ["# Data dictionary", _INTRODUCTION]
    for name, dataset in DATASETS.items():
        lines = [_markdown_row(_TOLD), _markdown_row(["---"] * len(_TOLD))]
        lines += [_markdown_row(_pretty(row, _code)) for row in _rows(dataset)]
        parts += [f"## {name}", _about(dataset, _code), "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def to_html() -> str:
    """The dictionary as one page, whole without a network."""
    head = "".join(f"<th>{escape(name)}</th>" for name in _TOLD)
    links = " · ".join(f'<a href="#{name}">{name}</a>' for name in DATASETS)
    parts = [f"<h1>Data dictionary</h1><p>{escape(_INTRODUCTION)}</p><nav>{links}</nav>"]
    for name, dataset in DATASETS.items():
        body = "".join(
            "<tr>" + "".join(f"<td>{cell}</td>" for cell in _pretty(row, _html_code)) + "</tr>"
            for row in _rows(dataset)
        )
        parts.append(
            f'<h2 id="{name}">{name}</h2><p>{_about(dataset, _html_code)}</p>'
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Data dictionary</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


_Mark = Callable[[str], str]


def _about(dataset: Dataset, code: _Mark) -> str:
    return f"A row is {dataset.meaning}. Key: {', '.join(code(name) for name in dataset.key)}."


def _rows(dataset: Dataset) -> Iterator[list[str]]:
    """What is told of each column, as plain text."""
    for column, field in dataset.fields.items():
        filled = "key" if column in dataset.key else "always" if column in dataset.required else ""
        refers = [one.dataset for one in REFERENCES.get(dataset.name, ()) if column in one.columns]
        yield [
            column, field.type, field.label, field.meaning, field.unit or "", _allowed(field),
            filled, " ".join(dict.fromkeys(refers)),
        ]  # fmt: skip


def _allowed(field: Field) -> str:
    parts = [" ".join(field.codes)] if field.codes else []
    bounds = [f"{bound:g}" if bound is not None else "" for bound in (field.minimum, field.maximum)]
    if any(bounds):
        parts.append("…".join(bounds))
    if field.pattern:
        parts.append(field.pattern)
    return "; ".join(parts)


#: Of what is told of a column, what is no prose.
_CODE_COLUMNS = ("column", "type", "allowed", "refers_to")


def _pretty(row: list[str], code: _Mark) -> Iterator[str]:
    plain = escape if code is _html_code else _no_bar
    for name, text in zip(_TOLD, row, strict=True):
        yield code(text) if text and name in _CODE_COLUMNS else plain(text)


def _markdown_row(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


def _no_bar(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{_no_bar(text)}`"


def _html_code(text: str) -> str:
    return f"<code>{escape(text)}</code>"
