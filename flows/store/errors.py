"""What can go wrong with a store."""

from __future__ import annotations


class StoreError(Exception):
    """A store that cannot do what was asked, with the dataset or file and what to do."""


class StoreBusyError(StoreError):
    """Another committer kept the store for longer than we would wait. Try again."""
