"""What is known about a document before its tables are read for their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Dataset name -> rows, whose keys are columns of ``schemas/datasets.yaml``.
Records = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class EditionContext:
    """The edition that a document belongs to, and what its sidecar says.

    ``edition`` is ``publisher-series-year``; ``year`` dates the register of places;
    ``document`` is the document's key inside the edition (its file name without folder).
    """

    edition: str
    year: int | None
    document: str
    publisher: str | None = None
    sidecar: Mapping[str, Any] = field(default_factory=dict)
