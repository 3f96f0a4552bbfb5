"""What can go wrong with a store."""

from __future__ import annotations

from collections.abc import Mapping


class StoreError(Exception):
    """A store that cannot do what was asked, with the dataset or file and what to do."""


class StoreBusyError(StoreError):
    """Another committer kept the store for longer than we would wait. Try again."""


class OvertakenError(StoreError):
    """Other bytes than a staged document was to replace have landed meanwhile.

    ``reasons`` says it of each such document, by edition and document.
    """

    def __init__(self, reasons: Mapping[tuple[str, str], str]) -> None:
        super().__init__("; ".join(reasons.values()))
        self.reasons = dict(reasons)
