"""The lines that a document was printed in, without those that are withheld."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from extractors.model import Box, DocumentError, Table
from extractors.pipeline import register_names
from extractors.recovered import Recovered
from extractors.withhold import Withholding
from flows import replay
from flows.steps import Batch
from flows.store import StoreError
from schemas.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a document; ``text`` is null where it is withheld or cannot be read.

    ``label`` is the line's, or ``unread`` where the document's lines are not to be had.
    """

    number: int
    page: int | None
    box: Box | None
    label: str
    text: str | None


@dataclass(frozen=True)
class Source:
    """What is kept of the reading of a document; ``unread`` says why there is nothing."""

    recovered: Recovered | None
    withholding: Withholding | None
    unread: str | None = None

    @classmethod
    def of(cls, batch: Batch, document: Mapping[str, Any]) -> Source:
        """Of a row of ``documents``: kept, or read again. Raises nothing for a lost document."""
        try:
            job = replay.landed_job(batch, document["edition"], document["document"])
            if job.file.sha256 != document["document_sha256"]:
                return cls(None, None, "a newer revision of it has landed since")
            vocabulary = Vocabulary.load((job.sidecar or {}).get("vocabulary"))
            is_name = register_names()
            read = job.recoveries.reader(job.file, vocabulary, is_name)
            return cls(read(vocabulary.base), Withholding(vocabulary, is_name))
        except DocumentError as error:
            return cls(None, None, error.reason)
        except (StoreError, OSError, ValueError) as error:
            return cls(None, None, str(error))

    def table(self, table_id: str) -> Table | None:
        """The table as it was recovered: its captions, headers and fragments by line."""
        tables = self.recovered.tables if self.recovered else []
        return next((one for one in tables if one.table_id == table_id), None)

    def lines(self, numbers: Iterable[int]) -> list[SourceLine]:
        """These lines, in order; every number that is asked for is answered."""
        return [self._line(number) for number in sorted(set(numbers)) if number > 0]

    def _line(self, number: int) -> SourceLine:
        """A line with a contact in it shows nothing, whatever its label.

        Cells lose their contacts only when they are matched, so that here a line of a table is
        judged once more, whole and by its parts.
        """
        if self.recovered is None or self.withholding is None:
            return SourceLine(number, None, None, "unread", None)
        lines = self.recovered.document.lines
        if number > len(lines):
            return SourceLine(number, None, None, "unread", None)
        line, label = lines[number - 1], self.recovered.labels[number - 1]
        judged = (line.text, *line.text.split("\t"))
        if label == "withheld" or any(map(self.withholding.is_personal, judged)):
            return SourceLine(number, line.page, None, "withheld", None)
        return SourceLine(number, line.page, line.box, label, line.text)
