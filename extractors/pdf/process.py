"""Reading the pages of a PDF in processes of their own, in page order and bounded.

The process that asks never parses the document. A reader that dies, hangs or takes too much
costs a `DocumentError` that names the page; what was read before it has been given by then.

Pages go to readers in small ranges, at most two ahead for each, and only so far beyond the page
that is given next: the memory this takes does not grow with the document. A page whose reader
died is read once more by a reader that has read nothing else, so that no page is refused for what
others left behind, or for a reader that somebody killed.
"""

from __future__ import annotations

import pickle
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import wait

from extractors.model import DocumentError
from extractors.pdf.limits import Limits
from extractors.pdf.model import PdfPage
from extractors.pdf.process_messages import Opened, Read, Refused
from extractors.pdf.process_pool import Reader, ReaderGoneError, start_reader
from extractors.pdf.process_warden import Fate

#: The module whose ``open_document`` readers read with.
_SOURCE = "extractors.pdf.process_source"

_TOO_LARGE = "reading it takes more memory than is allowed"
_TOO_SLOW = "reading it takes longer than is allowed"

#: Pages of a range: few enough that the last ones of a document are shared out too.
_RANGE = 4


def read_pages(
    data: bytes,
    name: str,
    *,
    workers: int = 1,
    limits: Limits | None = None,
    seen: Callable[[int, int], None] | None = None,
    source: str = _SOURCE,
) -> Iterator[PdfPage]:
    """Give the pages of a PDF in order, read by ``workers`` processes at a time.

    ``seen`` is called with the pages done and the pages there are, for each page. ``source`` is
    for tests. Raises `DocumentError` where the document or a page of it cannot be read; its
    ``code`` is one of

    - ``pdf-encrypted`` it takes a password, ``pdf-truncated`` its end is missing,
    - ``pdf-broken`` it is damaged, ``pdf-nested`` nested without measure,
    - ``pdf-cyclic`` its page tree runs in a circle, ``pdf-pages`` it has no one number of pages,
    - ``pdf-bomb`` it unpacks to more than a page can hold,
    - ``pdf-memory``, ``pdf-time`` reading it takes more than is allowed,
    - ``pdf-crash`` the process that read it died of it, twice; ``pdf-fault`` a fault of ours.
    """
    reading = _Reading(data, name, workers, limits or Limits(), source)
    try:
        for done, page in enumerate(reading.run(), start=1):
            if seen:
                seen(done, reading.pages)
            yield page
    finally:
        reading.close()


@dataclass(slots=True, eq=False)
class _Desk:
    """A reader and what lies before it.

    ``due`` are the pages asked of it, in order; the first is being read since ``since``, or
    the document opened where ``is_open`` is not yet so. ``done`` counts the pages it has read.
    """

    reader: Reader
    since: float
    is_open: bool = False
    is_worn: bool = False
    done: int = 0
    due: deque[int] = field(default_factory=deque)

    @property
    def page(self) -> int | None:
        """The page being read; None while the document is being opened."""
        return self.due[0] if self.is_open and self.due else None


class _Reading:
    """The reading of one document: which pages are asked of whom, and what has come back.

    Pages from ``last`` on are not read: it is the end, or a page that is refused. ``answers``
    holds what came before its turn.
    """

    def __init__(self, data: bytes, name: str, workers: int, limits: Limits, source: str) -> None:
        self._data, self._name, self._source = data, name, source
        self._workers, self._limits = max(1, workers), limits
        self._desks: list[_Desk] = []
        self._todo: deque[range] = deque()
        self._answers: dict[int, PdfPage | DocumentError] = {}
        self._deaths: dict[int | None, int] = {}
        self._spent: dict[int | None, float] = {}
        self._excess = 0.0
        self.pages = 0
        self._last = 0

    def run(self) -> Iterator[PdfPage]:
        """The pages in order. Raises `DocumentError`."""
        self._open()
        number = 1
        while number <= self._last:
            while number not in self._answers:
                self._share_out(number)
                self._take()
            answer = self._answers.pop(number)
            if isinstance(answer, DocumentError):
                raise answer
            yield answer
            number += 1

    def close(self) -> None:
        """End the readers."""
        while self._desks:
            self._desks.pop().reader.close()

    # -- asking ---------------------------------------------------------------------------

    def _open(self) -> None:
        """Open the document with a first reader and learn how many pages there are."""
        self._add_desk()
        while not any(desk.is_open for desk in self._desks):
            self._take()
            if isinstance(error := self._answers.get(0), DocumentError):
                raise error
        self._last = self.pages
        starts = range(1, self.pages + 1, _RANGE)
        self._todo.extend(range(first, min(first + _RANGE, self.pages + 1)) for first in starts)

    def _add_desk(self) -> _Desk:
        reader = start_reader(self._name, self._data, self._limits, self._source)
        desk = _Desk(reader, time.monotonic())
        self._desks.append(desk)
        return desk

    def _share_out(self, number: int) -> None:
        """Ask readers for ranges, in turn, so that each has work and ``number`` comes soon."""
        for worn in [desk for desk in self._desks if desk.is_worn and not desk.due]:
            self._drop(worn)
        beyond = number + _RANGE * 2 * (self._workers + 1)
        while self._todo and self._todo[0].start <= min(beyond, self._last):
            desk = self._idlest()
            if desk is None or desk.is_worn or len(desk.due) > _RANGE:
                return
            self._ask(desk, self._todo.popleft())

    def _idlest(self) -> _Desk | None:
        """The reader with least to do, a new one while there may be more and all have work."""
        idle = min(self._desks, key=lambda desk: (desk.is_worn, len(desk.due)), default=None)
        if len(self._desks) < self._workers and (idle is None or idle.due):
            return self._add_desk()
        return idle

    def _ask(self, desk: _Desk, pages: range) -> None:
        if desk.is_open and not desk.due:
            desk.since = time.monotonic()
        desk.due.extend(pages)
        desk.reader.send((pages.start, pages.stop - 1))

    # -- what comes back --------------------------------------------------------------------

    def _take(self) -> None:
        """Take what readers have to say, and end those whose time is over.

        A reader that has something to say is not over time, however late it is asked: it may
        have waited for whoever takes the pages.
        """
        now = time.monotonic()
        patience = min(self._left(desk, now) for desk in self._busy())
        ready = set(wait([desk.reader.work for desk in self._desks], max(0.0, patience)))
        now = time.monotonic()
        for desk in list(self._desks):
            if desk.reader.work in ready:
                self._hear(desk)
            elif desk in self._busy() and self._left(desk, now) <= 0:
                self._fail(desk, self._late(desk.page))

    def _busy(self) -> list[_Desk]:
        return [desk for desk in self._desks if desk.due or not desk.is_open]

    def _left(self, desk: _Desk, now: float) -> float:
        """The seconds that a reader still has for what it is at."""
        spent = self._spent.get(desk.page, 0.0)
        return self._limits.page_seconds - spent - (now - desk.since)

    def _hear(self, desk: _Desk) -> None:
        try:
            answer = desk.reader.take()
        except ReaderGoneError as gone:
            self._mourn(desk, gone.fate)
            return
        except pickle.UnpicklingError as error:
            self._fail(
                desk, self._error(f"a fault of this program: {error}", "pdf-fault", desk.page)
            )
            return
        match answer:
            case Opened() if self.pages in (0, answer.pages):
                self._enter(desk, answer)
            case Read() if answer.page.number == desk.page:
                self._keep(desk, answer)
            case Refused() if answer.code == "pdf-memory" and desk.done:
                self._mourn(desk, Fate())  # what came before may have left too little
            case Refused():
                self._fail(desk, answer.as_error(self._name))
            case _:  # what no reader says
                self._mourn(desk, Fate())
        desk.since = time.monotonic()

    def _enter(self, desk: _Desk, answer: Opened) -> None:
        desk.is_open, self.pages = True, answer.pages
        self._excess += answer.cpu_seconds - self._limits.text_seconds

    def _keep(self, desk: _Desk, answer: Read) -> None:
        limits, page = self._limits, answer.page
        usual = limits.scan_seconds if page.kind == "ocr" else limits.text_seconds
        self._excess += answer.cpu_seconds - usual
        if self._excess > limits.excess_seconds:
            self._fail(desk, self._late(page.number))
            return
        self._answers[desk.due.popleft()] = page
        desk.done += 1
        desk.is_worn = desk.done >= limits.reader_pages or answer.memory > limits.reader_memory

    # -- what goes wrong ----------------------------------------------------------------------

    def _mourn(self, desk: _Desk, fate: Fate) -> None:
        """A reader is dead: give what it was at to another one, or refuse that."""
        page = desk.page
        if desk not in self._busy():
            self._drop(desk)
            return
        self._deaths[page] = self._deaths.get(page, 0) + 1
        if fate.signal == signal.SIGXCPU:
            self._fail(desk, self._late(page))
        elif fate.is_too_large and not desk.done:
            self._fail(desk, self._error(_TOO_LARGE, "pdf-memory", page))
        elif self._deaths[page] > 1:
            self._fail(desk, self._error(_manner(fate), "pdf-crash", page))
        else:
            self._spent[page] = time.monotonic() - desk.since
            self._drop(desk)
            heir = self._add_desk()
            for number in desk.due:
                self._ask(heir, range(number, number + 1))

    def _fail(self, desk: _Desk, error: DocumentError) -> None:
        """Refuse what a reader is at; only what comes before it is still read."""
        refused = desk.page or (desk.due[0] if desk.due else 0)
        self._answers[refused] = error
        self._last = min(self._last, refused)
        self._drop(desk)

    def _drop(self, desk: _Desk) -> None:
        self._desks.remove(desk)
        desk.reader.close()

    def _late(self, page: int | None) -> DocumentError:
        return self._error(_TOO_SLOW, "pdf-time", page)

    def _error(self, reason: str, code: str, page: int | None) -> DocumentError:
        return DocumentError(self._name, reason, code=code, page=page)


def _manner(fate: Fate) -> str:
    """How a reader died, for a person."""
    if fate.signal:
        return f"the process that read it was ended: {signal.strsignal(fate.signal)}"
    if fate.status:
        return f"the process that read it ended with status {fate.status}"
    return "the process that read it was lost"
