"""The field dictionary: every field's type, unit and meaning, loaded from ``fields.yaml``.

The Delta schemas, the Great Expectations suites and the data dictionary are all made
from it, so that a fact about a field is written once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

import yaml

FieldType = Literal["string", "int64", "float64", "bool", "timestamp", "json"]

_TYPES: frozenset[str] = frozenset(get_args(FieldType))
_KEYS = frozenset({"type", "unit", "meaning", "labels", "codes", "min", "max", "pattern"})


class DictionaryError(ValueError):
    """The dictionary itself is wrong: the message names the entry and what to change."""


@dataclass(frozen=True, slots=True)
class Field:
    """One meaning that a column may have.

    ``codes`` are the only values allowed (empty: any), ``minimum`` and ``maximum`` the
    inclusive bounds, ``pattern`` matches the whole text; None where there is no such
    rule. None of them applies to a null.
    """

    name: str
    type: FieldType
    meaning: str
    labels: tuple[str, ...]
    unit: str | None = None
    codes: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None

    @property
    def label(self) -> str:
        """The usual Chinese name."""
        return self.labels[0]


def load_fields(data: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Field]:
    """The fields of a dictionary as loaded from YAML; raises `DictionaryError`."""
    return MappingProxyType({name: _field(name, entry) for name, entry in data.items()})


def _field(name: str, entry: Mapping[str, Any]) -> Field:
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise DictionaryError(f"field {name}: unknown key {', '.join(unknown)}")
    if entry.get("type") not in _TYPES:
        raise DictionaryError(f"field {name}: type must be one of {', '.join(sorted(_TYPES))}")
    if not entry.get("meaning") or not entry.get("labels"):
        raise DictionaryError(f"field {name}: give it a meaning and at least one label")
    pattern = entry.get("pattern")
    if pattern is not None:
        _compile(name, pattern)
    return Field(
        name=name,
        type=cast(FieldType, entry["type"]),
        meaning=" ".join(str(entry["meaning"]).split()),
        labels=tuple(str(label) for label in entry["labels"]),
        unit=entry.get("unit"),
        codes=tuple(str(code) for code in entry.get("codes", ())),
        minimum=entry.get("min"),
        maximum=entry.get("max"),
        pattern=pattern,
    )


def _compile(name: str, pattern: str) -> None:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise DictionaryError(f"field {name}: bad pattern: {error}") from error
    if groups:  # pandas warns of each, once a document
        raise DictionaryError(f"field {name}: bad pattern: write (?:…) for a group")


def _package_fields() -> Mapping[str, Field]:
    text = files("schemas").joinpath("fields.yaml").read_text(encoding="utf-8")
    return load_fields(yaml.safe_load(text))


#: Every field by the name of its entry.
FIELDS: Mapping[str, Field] = _package_fields()
