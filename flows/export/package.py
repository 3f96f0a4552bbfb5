"""Data Package descriptors (https://datapackage.org, version 2), from the field dictionary.

Names, types, meanings, bounds, codes and keys of a dataset stand in ``schemas/fields.yaml`` and
``schemas/datasets.yaml``, what refers to what in ``schemas/references.py``; here they are
only said in the words of the standard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flows.export.selection import Selection
from schemas.datasets import DATASETS, Dataset
from schemas.fields import Field
from schemas.licences import described
from schemas.references import REFERENCES

#: The file of the descriptor, by the standard.
DESCRIPTOR = "datapackage.json"

_PROFILES = "https://datapackage.org/profiles/2.0"
PACKAGE_PROFILE = f"{_PROFILES}/datapackage.json"

_TYPES = {
    "string": "string",
    "json": "string",
    "int64": "integer",
    "float64": "number",
    "bool": "boolean",
    "timestamp": "datetime",
}

#: Media types by the ending of a file.
_MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}

Described = Mapping[str, Any]


def package(
    selection: Selection, name: str, title: str, resources: Sequence[Described], **more: Any
) -> dict[str, Any]:
    """The descriptor of an export: resources, sources and licences, and what was left out.

    Each exported document is a source with its own licence; ``leftOut`` names the documents
    that their licence keeps in.
    """
    release = selection.release
    stated = {row["licence"]: None for row in selection.documents if row["licence"]}
    return {
        "$schema": PACKAGE_PROFILE,
        "name": name,
        "title": title,
        "version": release.release,
        "created": release.published_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "contractVersion": release.contract_version,
        **({"licenses": [described(licence) for licence in stated]} if stated else {}),
        "sources": [_source(row) for row in selection.documents],
        "leftOut": selection.left_out,
        **more,
        "resources": list(resources),
    }


def _source(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document as a source: its title, where it was obtained, and its licence."""
    source = document["source"]
    return {
        "title": document["title"] or document["name"],
        **({"path": source} if source and "://" in source else {}),
        **{name: document[name] for name in ("edition", "document", "document_sha256", "licence")},
        **({"licenses": [described(document["licence"])]} if document["licence"] else {}),
    }


def resource(
    name: str,
    path: str,
    fields: Sequence[Described],
    description: str,
    missing: Sequence[str] = ("",),
    **keys: Any,
) -> dict[str, Any]:
    """A table in a file; ``keys`` are members of its schema such as ``primaryKey``."""
    ending = path.rsplit(".", 1)[-1]
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": list(fields),
        **keys,
    }
    described_as: dict[str, Any] = {
        "name": name,
        "type": "table",
        "path": path,
        "format": ending,
        "mediatype": _MEDIA[ending],
        "description": description,
    }
    if ending == "csv":
        described_as["encoding"] = "utf-8"
        schema["missingValues"] = list(missing)
    return described_as | {"schema": schema}


def dataset_resource(name: str, path: str, exported: Iterable[str]) -> dict[str, Any]:
    """A dataset as a resource; it refers only to those of ``exported``."""
    dataset = DATASETS[name]
    keys: dict[str, Any] = {}
    if set(dataset.key) <= dataset.required:
        keys["primaryKey"] = list(dataset.key)
    else:  # a null counts as a value in this key, and a primary key has none
        keys["uniqueKeys"] = [list(dataset.key)]
    there = set(exported)
    references = [
        {"fields": list(one.columns), "reference": _reference(one.dataset, one.names, name)}
        for one in REFERENCES.get(name, ())
        if one.dataset in there
    ]
    if references:
        keys["foreignKeys"] = references
    fields = [field_of(column, field, dataset) for column, field in dataset.fields.items()]
    return resource(name, path, fields, f"One row: {dataset.meaning}.", **keys)


def _reference(dataset: str, names: Sequence[str], own: str) -> dict[str, Any]:
    return {"resource": "" if dataset == own else dataset, "fields": list(names)}


def field_of(column: str, field: Field, dataset: Dataset) -> dict[str, Any]:
    """A column as the standard describes a field.

    A required text is not said to be required, unless it is part of the key: it may be blank, as
    the print is, and a CSV cannot tell that from null.
    """
    rules: dict[str, Any] = {}
    if column in dataset.required and (field.type != "string" or column in dataset.key):
        rules["required"] = True
    if field.codes:
        rules["enum"] = list(field.codes)
    for name, bound in (("minimum", field.minimum), ("maximum", field.maximum)):
        if bound is not None:
            rules[name] = bound
    if field.pattern:
        rules["pattern"] = field.pattern
    described_as = {
        "name": column,
        "type": _TYPES[field.type],
        "title": field.label,
        "description": field.meaning + (" (JSON)" if field.type == "json" else ""),
    }
    if field.unit:
        described_as["unit"] = field.unit
    return described_as | ({"constraints": rules} if rules else {})


def plain_field(name: str, kind: str, description: str, **rules: Any) -> dict[str, Any]:
    """A column that is made by an export, and stands in no dataset."""
    described_as: dict[str, Any] = {"name": name, "type": kind, "description": description}
    return described_as | ({"constraints": rules} if rules else {})
