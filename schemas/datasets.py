"""The datasets of the contract: what a row is, its columns, its key, loaded from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import yaml

from schemas.fields import FIELDS, DictionaryError, Field

if TYPE_CHECKING:
    import pyarrow as pa

#: The version of the contract that these names and meanings follow.
CONTRACT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset: ``fields`` maps each column, in order, to its entry in the dictionary.

    ``required`` columns are never null. ``per_document`` is the smallest and the largest
    number of rows that one document lands, where that is fixed. ``quarantine`` is true
    where a failing row can be kept out by its table and row.
    """

    name: str
    meaning: str
    fields: Mapping[str, Field]
    key: tuple[str, ...]
    required: frozenset[str]
    per_document: tuple[int, int] | None = None
    quarantine: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self.fields)


def load_datasets(
    data: Mapping[str, Mapping[str, Any]], fields: Mapping[str, Field] = FIELDS
) -> Mapping[str, Dataset]:
    """The datasets as loaded from YAML; raises `DictionaryError`."""
    return MappingProxyType({name: _dataset(name, entry, fields) for name, entry in data.items()})


def _dataset(name: str, entry: Mapping[str, Any], fields: Mapping[str, Field]) -> Dataset:
    columns: dict[str, Field] = {}
    for item in entry["fields"]:
        column, meaning = next(iter(item.items())) if isinstance(item, Mapping) else (item, item)
        if meaning not in fields:
            raise DictionaryError(f"dataset {name}: no field {meaning} in the dictionary")
        if column in columns:
            raise DictionaryError(f"dataset {name}: column {column} stands twice")
        columns[column] = fields[meaning]
    stray = sorted({*entry["key"], *entry["required"]} - set(columns))
    if stray:
        raise DictionaryError(f"dataset {name}: key or required, but no column: {', '.join(stray)}")
    count = entry.get("per_document")
    return Dataset(
        name=name,
        meaning=str(entry["meaning"]),
        fields=MappingProxyType(columns),
        key=tuple(entry["key"]),
        required=frozenset(entry["required"]),
        per_document=(count["min"], count["max"]) if count else None,
        quarantine=bool(entry.get("quarantine", False)),
    )


def _package_datasets() -> Mapping[str, Dataset]:
    text = files("schemas").joinpath("datasets.yaml").read_text(encoding="utf-8")
    return load_datasets(yaml.safe_load(text))


#: Every dataset of the contract by name.
DATASETS: Mapping[str, Dataset] = _package_datasets()


def columns(name: str) -> tuple[str, ...]:
    """The columns of a dataset, in order."""
    return DATASETS[name].columns


def arrow_schema(name: str) -> pa.Schema:
    """The Arrow schema of a dataset; units and meanings are the fields' metadata.

    JSON is text. Times are microseconds in UTC. Required columns are not nullable.
    """
    import pyarrow as pa  # late: 60 MB that extraction does not need

    types = {
        "string": pa.string(),
        "json": pa.string(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
        "timestamp": pa.timestamp("us", tz="UTC"),
    }
    dataset = DATASETS[name]
    return pa.schema(
        [
            pa.field(
                column,
                types[field.type],
                nullable=column not in dataset.required,
                metadata=_metadata(field),
            )
            for column, field in dataset.fields.items()
        ]
    )


def _metadata(field: Field) -> dict[str, str]:
    facts = {"meaning": field.meaning, "unit": field.unit, "label": field.label}
    return {name: fact for name, fact in facts.items() if fact}
