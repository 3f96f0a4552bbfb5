"""Pins: releases that are never given up, each by a file of its own in the store.

The file is named after the release, so that one that was cut short while it was written pins
all the same; in it stands the name that a person gave the pin.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime

from flows.store.place import Place

_FOLDER = ".pins"
_SUFFIX = ".json"


def read(place: Place) -> dict[str, str | None]:
    """The name of every pin, None where it has none, by release."""
    found: dict[str, str | None] = {}
    for info in place.entries(_FOLDER):
        if info.is_file and info.base_name.endswith(_SUFFIX):
            found[info.base_name.removesuffix(_SUFFIX)] = _name(place, info.base_name)
    return found


def _name(place: Place, file: str) -> str | None:
    with suppress(OSError, ValueError, AttributeError):
        name = json.loads(place.read(f"{_FOLDER}/{file}")).get("name")
        return str(name) if name else None
    return None


def write(place: Place, release: str, name: str | None, at: datetime) -> None:
    """Pin a release, by another name where it is pinned already."""
    said = {"release": release, "name": name, "pinned_at": at.isoformat()}
    place.write(_path(release), json.dumps(said, ensure_ascii=False).encode())


def remove(place: Place, release: str) -> bool:
    """Take a pin away; whether there was one."""
    if place.size(_path(release)) is None:
        return False
    place.filesystem.delete_file(place.path(_path(release)))
    return True


def _path(release: str) -> str:
    return f"{_FOLDER}/{release}{_SUFFIX}"
