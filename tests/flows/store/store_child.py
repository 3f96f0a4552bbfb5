"""Committers in processes of their own, to be killed and raced.

They are forked from a server that has imported everything, and done nothing yet: what a
test kills is the landing, not the start of an interpreter.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from store_rows import land, stage

from flows.store import Store

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload([__name__])


def start(work: Callable[..., None], store: Store, *arguments: object) -> BaseProcess:
    """Start one of the functions below on the store, in a process of its own."""
    process = _SERVER.Process(target=work, args=(store.url, *arguments))
    process.start()
    return process


class Landing:
    """A process that lands a document, and kills itself after a step if one is given."""

    def __init__(self, store: Store, name: str, text: str, last_step: int | None = None) -> None:
        self._connection, theirs = _SERVER.Pipe(duplex=False)
        self.process = start(land_and_tell, store, name, text, last_step, theirs)
        theirs.close()
        assert self._connection.recv() == "ready"

    def wait_for(self, step: str) -> None:
        """Wait until a step of the commit is done."""
        while self._connection.recv() != step:
            pass

    def end(self) -> tuple[list[str], int | None]:
        """The steps that were done, and the exit status."""
        steps = []
        try:
            while True:
                steps.append(self._connection.recv())
        except EOFError:
            self.process.join()
        return steps, self.process.exitcode


def land_and_tell(
    url: str, name: str, text: str, last_step: int | None, connection: Connection
) -> None:
    """Land a document, telling each step of the commit."""
    store, numbers = Store(url), count()
    staged = stage(store, name, text)

    def after_step(step: str) -> None:
        connection.send(step)
        if next(numbers) == last_step:
            os.kill(os.getpid(), signal.SIGKILL)

    connection.send("ready")
    store.commit([staged], code_version="1", after_step=after_step)


def done_and_killed(
    store: Store, what: str, last_step: int | None = None
) -> tuple[list[str], int | None]:
    """What was done of one of the functions below by a process that killed itself after a step,
    and its exit status."""
    mine, theirs = _SERVER.Pipe(duplex=False)
    process = start(do_and_tell, store, what, last_step, theirs)
    theirs.close()
    steps = []
    try:
        while True:
            steps.append(mine.recv())
    except EOFError:
        process.join()
    return steps, process.exitcode


def do_and_tell(url: str, what: str, last_step: int | None, connection: Connection) -> None:
    """Roll back to the first release, keep only the newest, or erase a.txt, telling each step."""
    store, numbers = Store(url), count()

    def after_step(step: str) -> None:
        connection.send(step)
        if next(numbers) == last_step:
            os.kill(os.getpid(), signal.SIGKILL)

    if what == "rollback":
        store.rollback(store.releases()[0], code_version="1", after_step=after_step)
    elif what == "retain":
        store.retain(keep=1, after_step=after_step)
    else:
        store.erase(store.traces("a.txt"), code_version="1", after_step=after_step)


def land_documents(url: str, name: str, number: int) -> None:
    """Land a number of documents, one release each."""
    for document in range(number):
        land(Store(url), (f"{name}{document}", "text"))


def land_revisions(url: str, name: str, number: int) -> None:
    """Land a document a number of times, with another text each time."""
    for revision in range(number):
        land(Store(url), (name, f"text {revision}"))
