"""What became of the documents of a call, and why: what the steps hand on and callers read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flows.changes import Changes
from flows.hold import Profile
from flows.store import Staged

#: What became of a document. ``checked`` is what a dry run says of one that would land, ``held``
#: that it does not land until it is accepted.
State = Literal["landed", "unchanged", "checked", "held", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document, and why.

    ``code`` names the reason for programs; ``line`` and ``page`` are its place. ``rows`` are
    counted by dataset, ``findings`` by severity, ``lines`` by label; ``withheld`` counts what
    is kept back. ``sidecar`` is the path of one that was derived. ``vocabulary`` is the YAML
    to paste where ``vocabulary_sidecar`` says, for header words that matter and are unknown.
    ``changes`` is what it alters in what had landed of the document, if anything had;
    ``moved_from`` has the editions under which the same document had landed, and goes.
    ``pages_not_read`` are pictures of pages, for want of the extra that reads them.
    ``profile`` is what a new edition or revision is compared by.
    """

    document: str
    url: str
    state: State
    reasons: tuple[str, ...] = ()
    code: str | None = None
    line: int | None = None
    page: int | None = None
    edition: str | None = None
    sha256: str | None = None
    revision: int | None = None
    tables: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    withheld: Mapping[str, int] = field(default_factory=dict)
    sidecar: str | None = None
    vocabulary: str | None = None
    vocabulary_sidecar: str | None = None
    changes: Changes | None = None
    moved_from: tuple[str, ...] = ()
    pages_not_read: tuple[int, ...] = ()
    seconds: float = 0.0
    staged: Staged | None = field(default=None, repr=False)
    profile: Profile | None = field(default=None, repr=False)

    @property
    def is_bad(self) -> bool:
        """Whether the document was asked for and is not there, or not all of it."""
        return self.state in ("held", "refused", "failed") or bool(self.pages_not_read)

    def to_json(self) -> dict[str, Any]:
        """The outcome as plain JSON data."""
        names = [name for name in self.__slots__ if name not in ("staged", "profile")]
        return {name: _plain(getattr(self, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Changes):
        return value.to_json()
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the documents of a call, in their order; the releases it published."""

    outcomes: list[Outcome]
    releases: list[str]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was held or refused, nothing failed, and every page was read."""
        return not any(outcome.is_bad for outcome in self.outcomes)
