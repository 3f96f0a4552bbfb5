"""What a document says about itself: issuers, numbers, dates, attachments, deadlines.

`facts_of` reads the lines that are neither table nor withheld, so that no telephone, mail or
list of persons comes near a fact. Every reader looks for the form in which publications say
such things, and gives nothing where the form is not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from extractors.facts.attachments import Attachment, attachments_of
from extractors.facts.bodies import Bodies, bodies_of
from extractors.facts.dates import Dated, dates_of, published
from extractors.facts.deadlines import Deadline, deadlines_of
from extractors.facts.numbers import cited_numbers, isbns, ordinal_of, own_number
from extractors.facts.text import lines_of
from extractors.model import Block
from schemas.facts import fact_words

__all__ = ["Attachment", "Bodies", "Dated", "Deadline", "Facts", "facts_of"]


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one document. ``number`` is its own, ``cited`` are those of others;
    ``ordinal`` is the edition's place in its series as number and print."""

    number: str | None
    published: str | None
    bodies: Bodies
    cited: list[str] = field(default_factory=list)
    isbns: list[str] = field(default_factory=list)
    doubtful_isbns: list[str] = field(default_factory=list)
    ordinal: tuple[int, str] | None = None
    dates: list[Dated] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The facts that are there, as the column ``facts`` holds them."""
        facts = {
            "issuers": self.bodies.issuers,
            "bodies": self.bodies.roles,
            "isbn": self.isbns,
            "isbn_doubtful": self.doubtful_isbns,
            "ordinal": self.ordinal and {"number": self.ordinal[0], "printed": self.ordinal[1]},
            "dates": [_dated(one) for one in self.dates],
            "cited_numbers": self.cited,
            "attachments": [{"number": one.number, "title": one.title} for one in self.attachments],
            "deadlines": [
                {"date": one.date, "printed": one.printed, "action": one.action, "line": one.line}
                for one in self.deadlines
            ],
        }
        return {name: fact for name, fact in facts.items() if fact}


def facts_of(blocks: Iterable[Block], title: str | None, last_line: int) -> Facts:
    """The facts of a document of ``last_line`` lines, whose blocks are in reading order."""
    lines = lines_of(blocks)
    number = own_number(lines, title)
    books, doubtful = isbns(lines)
    is_book = bool(books or doubtful)
    # A book reprints notices, with deadlines and attachments of their own.
    is_notice = not is_book and (number is not None or _is_called_notice(title))
    dates = dates_of(lines, last_line, is_notice, is_book)
    published_on = published(dates)
    return Facts(
        number=number,
        published=published_on,
        bodies=bodies_of(lines, title, [one.bodies for one in dates if one.bodies]),
        cited=cited_numbers(lines, number),
        isbns=books,
        doubtful_isbns=doubtful,
        ordinal=ordinal_of(lines, title),
        dates=dates,
        attachments=[] if is_book else attachments_of(lines),
        deadlines=deadlines_of(lines, published_on) if is_notice else [],
    )


def _is_called_notice(title: str | None) -> bool:
    return bool(title) and any(word in str(title)[-12:] for word in fact_words().notices)


def _dated(one: Dated) -> dict[str, Any]:
    dated: dict[str, Any] = {"date": one.date, "kind": one.kind, "line": one.line}
    return dated if one.number is None else {**dated, "number": one.number}
