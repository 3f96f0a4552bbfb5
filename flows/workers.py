"""Child processes that read documents: one that dies takes no other document with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any, TypeVar

from flows import runtime

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class WorkerDiedError(Exception):
    """A child process ended before it had an answer: killed, or out of memory."""


class Workers:
    """A pool of ``count`` child processes, started when they are needed; 0 is one a core.

    ``answered`` is called with each result, in the thread that asked for it.

    Children come from a fork server: they inherit no thread and no lock of a process that
    has a Prefect client and Arrow's threads in it, and leave without tearing these down.
    """

    def __init__(self, count: int, answered: Callable[[Any], None] | None = None) -> None:
        self.count = count or os.cpu_count() or 1
        self._answered = answered
        self._free = threading.BoundedSemaphore(self.count)
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def run(self, function: Callable[[Argument], Result], argument: Argument) -> Result:
        """Call a function in a child and wait for what it returns; from any thread.

        When a child dies the pool fails everything that runs in it. Which call was to blame
        is not known then, so each is made once more in a process of its own. Raises
        `WorkerDiedError` for the one that dies again.
        """
        with self._free:
            result = self._run(function, argument)
        if self._answered:
            self._answered(result)
        return result

    def _run(self, function: Callable[[Argument], Result], argument: Argument) -> Result:
        pool = self._current()
        try:
            return pool.submit(function, argument).result()
        except BrokenProcessPool:
            self._drop(pool)
        try:
            with _new_pool(1) as alone:
                return alone.submit(function, argument).result()
        except BrokenProcessPool as error:
            raise WorkerDiedError("the process that read it was killed or died") from error

    def close(self) -> None:
        """End the children; calls that have not begun are dropped."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _current(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = _new_pool(self.count)
            return self._pool

    def _drop(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is broken:
                self._pool = None
        broken.shutdown(wait=False)


_shared: Workers | None = None


@contextmanager
def workers(count: int, answered: Callable[[Any], None] | None = None) -> Iterator[Workers]:
    """The pool of this process: a caller inside another one's block has the same pool."""
    global _shared
    if _shared is not None:
        yield _shared
        return
    _shared = Workers(count, answered)
    try:
        yield _shared
    finally:
        pool, _shared = _shared, None
        pool.close()


def _new_pool(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        count, mp_context=multiprocessing.get_context("forkserver"), initializer=_begin
    )


def _begin() -> None:
    """In a child: log as the parent does, leave interrupts to it, and do not outlive it.

    A child waits on a pipe whose other end it holds itself, so it would wait for ever.
    """
    runtime.configure_logging()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        sentinel = parent.sentinel
        threading.Thread(target=_end_with, args=(sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
