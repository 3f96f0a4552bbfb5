"""What the licences of documents allow, loaded from ``licences.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

_NO_LETTER = re.compile(r"[\W_]+")


def may_be_shared(licence: str | None) -> bool:
    """Whether a document under these terms may be exported; one without terms may."""
    plain = _plain(licence or "")
    return not any(_plain(word) in plain for word in _data()["restricted"])


def described(licence: str) -> dict[str, str]:
    """A licence as a Data Package describes it: ``name`` and ``path``, or ``title``.

    See https://datapackage.org/standard/data-package/#licenses. Terms that are none of the
    known licences go by the name ``other``, their words as the title.
    """
    for name, entry in _data()["known"].items():
        if _plain(licence) in {_plain(label) for label in (name, *entry["labels"])}:
            return {"name": name, "path": entry["path"], "title": licence}
    return {"name": "other", "title": licence}


def _plain(text: str) -> str:
    return _NO_LETTER.sub("", text).casefold()


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    text = files("schemas").joinpath("licences.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Any] = yaml.safe_load(text)
    return data
