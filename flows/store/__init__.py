"""The landing: curated datasets as Delta Lake tables, published release by release.

Workers `Store.stage` the rows of a document as Parquet files; one committer
`Store.commit` s them. A release is the last thing that a commit writes, and pins one
version of every dataset: a reader of the pinned versions sees the old release or the new
one, whatever happens to the commit.
"""

from flows.store.erase import Trace
from flows.store.errors import OvertakenError, StoreBusyError, StoreError
from flows.store.releases import Release
from flows.store.retention import Retention
from flows.store.staging import DocumentKey, Staged, StagedFile
from flows.store.store import Landed, Store
from flows.store.verify import Damage

__all__ = [
    "Damage",
    "DocumentKey",
    "Landed",
    "OvertakenError",
    "Release",
    "Retention",
    "Staged",
    "StagedFile",
    "Store",
    "StoreBusyError",
    "StoreError",
    "Trace",
]
