"""Which columns of a dataset name a row of another one.

A reference holds in every release, for whatever documents are chosen: what a row refers to
lands with the same document, or belongs to none (entities).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_DOCUMENT = ("edition", "document")
_TABLE = (*_DOCUMENT, "table_id")


@dataclass(frozen=True, slots=True)
class Reference:
    """``columns`` hold the ``names`` of a row of ``dataset``; null columns refer to nothing.

    ``is_key`` is false where the names are no key there: a code of an entity has a row for
    each time of its names.
    """

    columns: tuple[str, ...]
    dataset: str
    names: tuple[str, ...]
    is_key: bool = True


_TO_DOCUMENT = Reference(_DOCUMENT, "documents", _DOCUMENT)
_TO_TABLE = Reference(_TABLE, "tables", _TABLE)
_TO_AREA = Reference(("ref_area",), "entities", ("ref_area",), is_key=False)
_INDICATOR = (*_DOCUMENT, "indicator")
_TO_INDICATOR = Reference(_INDICATOR, "indicators", _INDICATOR)

#: The references of each dataset. Findings and quarantined rows may be about no table, and
#: rankings about no indicator, so that these refer to their document.
REFERENCES: Mapping[str, tuple[Reference, ...]] = MappingProxyType(
    {
        "tables": (_TO_DOCUMENT,),
        "cells": (_TO_TABLE,),
        "observations": (_TO_TABLE, _TO_INDICATOR, _TO_AREA),
        "rankings": (_TO_TABLE, _TO_AREA),
        "indicators": (_TO_DOCUMENT,),
        "crosswalk": (_TO_DOCUMENT,),
        "findings": (_TO_DOCUMENT,),
        "quarantine": (_TO_TABLE,),
        "corrections": (_TO_TABLE,),
        "expectations": (_TO_DOCUMENT,),
    }
)
