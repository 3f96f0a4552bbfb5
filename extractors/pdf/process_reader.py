"""A reader: a process that opens one document, reads pages of it as they are asked for, and ends.

It is forked by the warden, with everything imported, and knows of no other document. Nothing
of what a document says goes into the reasons it gives: that may have to be withheld.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

from extractors.model import DocumentError
from extractors.pdf import limits as kernel
from extractors.pdf.limits import Limits
from extractors.pdf.model import PdfPage
from extractors.pdf.process_messages import Opened, Order, Read, Refused, dump

#: Reads the page of a number, from 1.
ReadPage = Callable[[int], PdfPage]

#: Opens a document: how many pages it has, and what reads one. Raises `DocumentError`.
OpenDocument = Callable[[bytes, str, Limits], tuple[int, ReadPage]]


def serve(work: Connection, open_document: OpenDocument) -> None:
    """Answer until the other side hangs up or the document is refused."""
    order: Order = work.recv()
    data = work.recv_bytes()
    kernel.confine(order.limits)
    kernel.renew_cpu(order.limits.page_cpu_seconds)
    try:
        pages, read_page = open_document(data, order.name, order.limits)
    except Exception as error:  # noqa: BLE001  it becomes the reason
        work.send_bytes(dump(_refusal(error, None)))
        return
    work.send_bytes(dump(Opened(pages, time.process_time())))
    for number in _numbers(work):
        answer = _answer(read_page, number, order.limits)
        work.send_bytes(_message(answer, number, order.limits))
        if isinstance(answer, Refused):
            return


def _numbers(work: Connection) -> Iterator[int]:
    """The pages to read: ranges come as (first, last)."""
    while True:
        try:
            first, last = work.recv()
        except EOFError:
            return
        yield from range(first, last + 1)


def _answer(read_page: ReadPage, number: int, limits: Limits) -> Read | Refused:
    """A page, or why there is none."""
    kernel.renew_cpu(limits.page_cpu_seconds)
    started = time.process_time()
    try:
        page = read_page(number)
    except Exception as error:  # noqa: BLE001  it becomes the reason
        return _refusal(error, number)
    return Read(page, time.process_time() - started, kernel.resident_memory())


def _message(answer: Read | Refused, number: int, limits: Limits) -> bytes:
    """An answer as it is sent: one that is too long becomes a refusal of its page."""
    try:
        message = dump(answer)
    except MemoryError as error:
        return dump(_refusal(error, number))
    if len(message) <= limits.answer_bytes:
        return message
    return dump(Refused("it has more print than a page can hold", "pdf-bomb", number))


def _refusal(error: Exception, page: int | None) -> Refused:
    """What an error says of the document."""
    causes = list(_causes(error))
    if any(isinstance(cause, MemoryError) for cause in causes):
        kernel.loosen()
        return Refused("reading it takes more memory than is allowed", "pdf-memory", page)
    for cause in causes:
        if isinstance(cause, DocumentError):
            return Refused(cause.reason, cause.code, cause.page or page)
    if any(isinstance(cause, RecursionError) for cause in causes):
        return Refused("its objects are nested too deeply to be read", "pdf-nested", page)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {place.filename.rsplit('/', 1)[-1]}:{place.lineno}"
    return Refused(f"a fault of this program: {where}", "pdf-fault", page)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all that it was made of: parsers wrap what they meet in errors of their own."""
    stack: list[BaseException] = [error]
    known: set[int] = set()
    while stack:
        one = stack.pop()
        if id(one) in known:
            continue
        known.add(id(one))
        yield one
        stack += [part for part in (one.__cause__, one.__context__) if part is not None]
        stack += [part for part in one.args if isinstance(part, BaseException)]
