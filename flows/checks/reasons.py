"""Why a document is refused, with the first places where it failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flows.checks.findings import Record, whereabouts
from flows.checks.outcomes import Outcome

#: How many places a reason names: enough to see what is wrong.
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document is refused: the check, where it failed and how often.

    ``dataset`` is the dataset or the derived frame that was checked, ``count`` how many of
    its rows failed (1 where the frame as a whole did).
    """

    document: str
    dataset: str
    check: str
    column: str | None
    count: int
    message: str

    def __str__(self) -> str:
        return f"{self.document}: {self.message} [{self.check}]"

    def to_json(self) -> dict[str, Any]:
        """The reason as plain JSON data."""
        return asdict(self)


def reason(document: str, outcome: Outcome, places: Sequence[Record]) -> Reason:
    """The reason of a failed outcome; without ``places`` the whole frame failed."""
    where = f"{outcome.view}.{outcome.column}" if outcome.column else outcome.view
    if places:
        shown = [whereabouts(outcome, place) for place in places[:_EXAMPLES]]
        if len(places) > _EXAMPLES:
            shown.append("…")
        found = f"{len(places)} of {outcome.rows} rows: {', '.join(shown)}"
    else:
        found = f"expected {outcome.expected}; found {outcome.observed}"
    return Reason(
        document=document,
        dataset=outcome.view,
        check=outcome.check,
        column=outcome.column,
        count=len(places) or 1,
        message=f"{where}: {found}",
    )
