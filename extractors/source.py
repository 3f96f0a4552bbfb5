"""A document as it was read, whatever it was printed in: its lines, and the grids it shows.

A text shows its tables only by how its lines look; a PDF shows grids on its pages, which
come as fragments beside the lines. Everything after this is the same for both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from extractors.layouts import Page, find_fragments
from extractors.layouts.fragment import Fragment
from extractors.model import Document, DocumentError, Doubt
from extractors.reading import read_text, title_of
from schemas.vocabulary import Vocabulary

#: Told how many pages of how many are read.
Seen = Callable[[int, int], None]

#: Among so many bytes at the head of a PDF its mark must stand; other programs write before it.
_PDF_HEAD = 1024
_PDF_MARK = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a document is to be read: the processes that read pages, who is told of progress."""

    workers: int = 1
    seen: Seen | None = None


#: In this process, and no one is told.
ALONE = Reading()


@dataclass(slots=True)
class Source:
    """A document with its lines as ``page``, and the fragments of tables found in it.

    ``is_ended`` is whether the document ends where a line does, so that its last row is whole.
    ``readers`` has, for a PDF, what read each fragment, in the order of ``fragments``.
    """

    document: Document
    page: Page
    fragments: list[Fragment]
    is_ended: bool
    doubts: list[Doubt] = field(default_factory=list)
    readers: list[GridNote] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GridNote:
    """Where a grid stands on its page, what read it, and how sure it is."""

    page: int
    box: tuple[float, float, float, float]
    reader: str
    confidence: float
    spans: tuple[tuple[int, int, int, int], ...]


def is_pdf(data: bytes) -> bool:
    """Whether the bytes are a PDF, by their mark."""
    return _PDF_MARK in data[:_PDF_HEAD]


def read(data: bytes, name: str, vocabulary: Vocabulary, reading: Reading) -> Source:
    """Read a document and find its fragments. Raises `DocumentError` for bad input."""
    if is_pdf(data):
        return _read_pdf(data, name, vocabulary, reading)
    document = read_text(data, name, vocabulary)
    page = Page(document.lines, vocabulary)
    fragments = find_fragments(page)
    return Source(document, page, fragments, data[-1:] in (b"\n", b"\r", b"\x00"))


def _read_pdf(data: bytes, name: str, vocabulary: Vocabulary, reading: Reading) -> Source:
    from extractors.pdf.lines import layout
    from extractors.pdf.process import read_pages

    pages = read_pages(data, name, workers=reading.workers, seen=reading.seen)
    found = layout(pages, vocabulary)
    if not any(line.text for line in found.lines) and not found.doubts:
        raise DocumentError(name, "no page of it has any print", code="empty")
    document = Document(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type="application/pdf",
        encoding=None,
        pages=found.pages,
        title=title_of(list(found.lines)),
        lines=found.lines,
    )
    page = Page(document.lines, vocabulary, found.captions_below)
    for fragment in found.fragments:
        page.claim(fragment)
    notes = [GridNote(g.page, g.box, g.reader, g.confidence, g.spans) for g in found.grids]
    return Source(document, page, found.fragments, True, found.doubts, notes)
