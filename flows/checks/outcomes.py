"""What an expectation said: passed, failed with every failing row, or raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from schemas.checks import CHECKS

#: A document of a thousand bad rows needs no list of a thousand in its summary: the rows
#: themselves are in the findings and the quarantine.
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation's result on one document.

    ``failed`` has the row ids of all failing rows (their places in the checked frame);
    it is empty where the expectation is about the whole frame, and ``observed`` then says
    what was found. ``raised`` is the text of the exception where it could not be computed.
    """

    view: str
    check: str
    expectation: str
    column: str | None
    expected: str
    rows: int
    success: bool
    failed: tuple[int, ...] = ()
    observed: str | None = None
    raised: str | None = None

    @property
    def status(self) -> Literal["passed", "failed", "raised"]:
        """An expectation that raised has neither passed nor failed."""
        if self.raised is not None:
            return "raised"
        return "passed" if self.success else "failed"

    def to_json(self) -> dict[str, Any]:
        """The outcome as plain JSON data, with the first failing rows as examples."""
        return {
            "view": self.view,
            "check": self.check,
            "severity": CHECKS[self.check].severity,
            "expectation": self.expectation,
            "column": self.column,
            "expected": self.expected,
            "status": self.status,
            "rows": self.rows,
            "failed": len(self.failed),
            "examples": list(self.failed[:_EXAMPLES]),
            "observed": self.observed,
            "raised": self.raised,
        }


class CheckError(Exception):
    """An expectation could not be computed: a fault of the program, not of the document."""

    def __init__(self, document: str, outcome: Outcome) -> None:
        where = f"{outcome.view}.{outcome.column}" if outcome.column else outcome.view
        super().__init__(
            f"{document}: check {outcome.check} on {where} raised instead of answering: "
            f"{outcome.raised}; nothing of the document was landed, report this"
        )
        self.document, self.outcome = document, outcome

    def __reduce__(self) -> tuple[type[CheckError], tuple[str, Outcome]]:
        return CheckError, (self.document, self.outcome)
