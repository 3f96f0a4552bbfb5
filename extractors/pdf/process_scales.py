"""Pages are weighed before they are read: what do their drawing instructions unpack to?

The parser that reads them stops in silence where instructions cannot be unpacked, or where they
become too many for it: the rest of the page is then missing, and looks blank.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pdfminer.ascii85 import ascii85decode, asciihexdecode
from pdfminer.pdftypes import (
    LITERALS_ASCII85_DECODE,
    LITERALS_ASCIIHEX_DECODE,
    LITERALS_FLATE_DECODE,
    PDFObjRef,
    PDFStream,
    resolve1,
)

from extractors.model import DocumentError
from extractors.pdf.process_census import SENSELESS, Census, Entry


@dataclass(frozen=True, slots=True)
class _Weight:
    """What is kept of a stream: its unpacked bytes, whether it is whole, what it may draw."""

    size: int = 0
    is_sound: bool = True
    draws: tuple[PDFObjRef, ...] = ()


class Scales:
    """Weighs the pages of a document; ``most`` are the bytes that those of one may unpack to."""

    def __init__(self, census: Census, name: str, most: int) -> None:
        self._census, self._name, self._most = census, name, most
        self._known: dict[int, _Weight] = {}

    def is_sound(self, number: int) -> bool:
        """Whether all instructions of a page are whole; where not, print may be missing.

        Counted are its own and those of the forms it may draw, each once, and no more is
        unpacked than it takes to know. Raises `DocumentError` where they are too many.
        """
        try:
            return self._weigh(self._census.entries[number - 1], number)
        except SENSELESS:
            return False
        finally:
            self._census.forget()

    def _weigh(self, entry: Entry, number: int) -> bool:
        parts = resolve1(entry.contents)
        contents = parts if isinstance(parts, list) else [entry.contents]
        is_sound = all(isinstance(resolve1(part), PDFStream) for part in contents)
        total = 0
        for weight in self._weights([*_references(contents), *_drawable(entry.resources)]):
            total += weight.size
            is_sound = is_sound and weight.is_sound
            if total > self._most:
                reason = f"it unpacks to more than {self._most // 1_000_000} MB"
                raise DocumentError(self._name, reason, code="pdf-bomb", page=number)
        return is_sound

    def _weights(self, stack: list[PDFObjRef]) -> Iterator[_Weight]:
        """The weights of streams and of what they draw, each once."""
        seen: set[int] = set()
        while stack:
            item = stack.pop()
            if item.objid in seen:
                continue
            seen.add(item.objid)
            weight = self._known.get(item.objid)
            if weight is None:  # forms may be drawn on every page
                weight = self._known[item.objid] = _weight(resolve1(item), self._most)
            yield weight
            stack += weight.draws


def _weight(stream: Any, most: int) -> _Weight:
    if not isinstance(stream, PDFStream) or _is(stream, "Image"):
        return _Weight()
    draws = tuple(_drawable(stream.attrs.get("Resources")))
    try:
        return _Weight(_size(stream, most), draws=draws)
    except (zlib.error, *SENSELESS):
        return _Weight(is_sound=False, draws=draws)


def _is(stream: PDFStream, subtype: str) -> bool:
    return getattr(stream.attrs.get("Subtype"), "name", "") == subtype


def _drawable(resources: Any) -> list[PDFObjRef]:
    """The images and forms that resources name."""
    resources = resolve1(resources)
    objects = resolve1(resources.get("XObject")) if isinstance(resources, dict) else None
    return _references(objects.values()) if isinstance(objects, dict) else []


def _references(items: Any) -> list[PDFObjRef]:
    return [item for item in items if isinstance(item, PDFObjRef)]


def _size(stream: PDFStream, most: int) -> int:
    """The bytes of a stream once unpacked; anything above ``most`` where it has more.

    Raises `zlib.error` or `ValueError` where it cannot be unpacked to its end. Filters that
    unpack to a few times as much at most are left as they are.
    """
    data = stream.get_rawdata() or b""
    if stream.decipher and stream.objid is not None and stream.genno is not None:
        data = stream.decipher(stream.objid, stream.genno, data, stream.attrs)
    for kind, _ in stream.get_filters():
        if kind in LITERALS_ASCII85_DECODE:
            data = ascii85decode(data)
        elif kind in LITERALS_ASCIIHEX_DECODE:
            data = asciihexdecode(data)
        elif kind in LITERALS_FLATE_DECODE:
            unpacker = zlib.decompressobj()
            data = unpacker.decompress(data, most + 1)
            if not unpacker.eof and len(data) <= most:
                raise zlib.error("it ends too soon")
    return len(data)
