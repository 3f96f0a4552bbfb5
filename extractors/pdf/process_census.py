"""A second opinion on a PDF before it is read: is it whole, and has it the pages it says?

The parser that reads the pages believes the number that the page tree gives for itself, and
mends a file that is cut or damaged, in silence. Either would lose rows that nobody misses. So
another parser walks the whole tree, entry by entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjRef, resolve1
from pdfminer.psparser import PSException

from extractors.model import DocumentError

#: A document starts with its version and ends with a mark (ISO 32000-1, 7.5.2 and 7.5.5);
#: readers look for the first within a kilobyte, since mail and web servers put lines before it.
_START, _START_WITHIN, _END = b"%PDF-", 1024, b"%%EOF"

#: An object's beginning. After the last end mark it is that of an update which was cut.
_OBJECT = re.compile(rb"(?<!\d)\d+\s+\d+\s+obj\b")

#: What this parser raises for files that it cannot make sense of.
SENSELESS = (PSException, ValueError, TypeError, LookupError, AttributeError, AssertionError)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as its tree has it: references to its content, and to what that may draw.

    ``contents`` is empty for a blank page; ``resources`` may be inherited.
    """

    contents: Any
    resources: Any


class Census:
    """The pages of a document, in order, by the parser that does not read them."""

    def __init__(self, document: PDFDocument, entries: list[Entry]) -> None:
        self._document = document
        self.entries = entries

    def forget(self) -> None:
        """Let go of the objects looked at, which the parser would keep to the document's end."""
        self._document._cached_objs.clear()


def check_ends(data: bytes, name: str) -> None:
    """Refuse what is no PDF, and one whose end is missing. Raises `DocumentError`."""
    if _START not in data[:_START_WITHIN]:
        reason = "it is no PDF: it does not begin as one; look at what it is"
        raise DocumentError(name, reason, code="pdf-broken")
    end = data.rfind(_END)
    if end < 0 or _OBJECT.search(data, end):
        reason = "its end is missing; get the whole of it"
        raise DocumentError(name, reason, code="pdf-truncated")


def count(data: bytes, name: str, says: int, most: int) -> Census | None:
    """Walk the page tree of a document that ``says`` how many pages it has.

    None where this parser finds no page, as in a damaged file that the other one mends. Raises
    `DocumentError` where the tree runs in a circle, names a page twice, has another number of
    pages, or more than ``most``.
    """
    try:
        document = PDFDocument(PDFParser(BytesIO(data)))
        census = Census(document, list(_leaves(document, name, most)))
    except SENSELESS:
        return None
    census.forget()
    found = len(census.entries)
    if found and found != says:
        reason = f"it says it has {says} pages, and has {found}; get an undamaged copy"
        raise DocumentError(name, reason, code="pdf-pages")
    return census if found else None


@dataclass(slots=True)
class _Node:
    """A node of the tree: its object's number, and what is left of its children."""

    number: int | None
    kids: Iterator[Any]
    resources: Any


def _leaves(document: PDFDocument, name: str, most: int) -> Iterator[Entry]:
    """The pages in order, walked without recursion: a tree may be as deep as it likes."""
    path = [_Node(None, iter([document.catalog.get("Pages")]), None)]
    known: dict[int, bool] = {}  # the objects met, and whether they are above this one
    found = 0
    while path:
        node = path[-1]
        kid = next(node.kids, None)
        if kid is None:
            path.pop()
            if node.number is not None:
                known[node.number] = False
            continue
        number = kid.objid if isinstance(kid, PDFObjRef) else None
        if number in known:
            raise _named_twice(name, known[number], found)
        entry = resolve1(kid)
        if not isinstance(entry, dict):
            continue
        kids = resolve1(entry.get("Kids"))
        if number is not None:
            known[number] = isinstance(kids, list)
        resources = entry.get("Resources", node.resources)
        if isinstance(kids, list):
            path.append(_Node(number, iter(kids), resources))
            continue
        found += 1
        if found > most:
            raise DocumentError(name, f"it has more than {most} pages; split it", code="pdf-pages")
        yield Entry(entry.get("Contents", []), resources)


def _named_twice(name: str, is_above: bool, found: int) -> DocumentError:
    if is_above:
        reason = "its page tree runs in a circle; get an undamaged copy"
        return DocumentError(name, reason, code="pdf-cyclic")
    reason = f"its page tree names a page again after {found} pages; get an undamaged copy"
    return DocumentError(name, reason, code="pdf-pages")
