"""What a reader and the process that asked for it say to one another.

A reader has parsed a document that may have been made to take it over, so what it says is
not trusted: only the types below are taken from it, up to a length.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass, is_dataclass
from typing import Any

from extractors.model import DocumentError
from extractors.pdf import model
from extractors.pdf.limits import Limits
from extractors.pdf.model import PdfPage


@dataclass(frozen=True, slots=True)
class Order:
    """To a reader: the document to open. Its bytes follow, in a message of their own."""

    name: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Opened:
    """From a reader: the document has ``pages`` pages; opening it took so long."""

    pages: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Read:
    """From a reader: a page, the processor time it took and the memory still held after it."""

    page: PdfPage
    cpu_seconds: float
    memory: int


@dataclass(frozen=True, slots=True)
class Refused:
    """From a reader: a `DocumentError`; ``page`` is None where the whole document is meant."""

    reason: str
    code: str
    page: int | None

    def as_error(self, document: str) -> DocumentError:
        """The error as it is raised for a caller."""
        return DocumentError(document, self.reason, code=self.code, page=self.page)


Answer = Opened | Read | Refused

#: The types of an answer, and all those that a page is made of.
_TYPES = {
    (one.__module__, one.__name__): one
    for one in (Opened, Read, Refused, *vars(model).values())
    if isinstance(one, type) and is_dataclass(one)
}


class _Unpickler(pickle.Unpickler):
    """Makes the types of an answer and no others, so that unpickling calls nothing."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _TYPES[module, name]
        except KeyError:
            what = f"{module}.{name}"[:80]
            raise pickle.UnpicklingError(f"{what!a} is no part of an answer") from None


def dump(answer: Answer) -> bytes:
    """An answer as a reader sends it."""
    return pickle.dumps(answer, protocol=5)


def load(data: bytes) -> Answer:
    """An answer as it was sent. Raises `pickle.UnpicklingError` for anything else."""
    try:
        answer = _Unpickler(io.BytesIO(data)).load()
    except pickle.UnpicklingError:
        raise
    except Exception as error:  # noqa: BLE001  a made-up one may go wrong in any way
        raise pickle.UnpicklingError(f"no answer ({type(error).__name__})") from None
    if not isinstance(answer, Answer):
        raise pickle.UnpicklingError("no answer")
    return answer
