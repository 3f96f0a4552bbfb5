"""Numbers in the prose: against the tables that they speak of, and against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractors.model import Doubt, Extraction
from extractors.reconcile.prose.bands import band_errors
from extractors.reconcile.prose.claims import Reader
from extractors.reconcile.prose.correlations import correlation_errors
from extractors.reconcile.prose.echoes import echo_errors
from extractors.reconcile.prose.enumerations import enumeration_errors
from extractors.reconcile.prose.identities import identity_errors
from extractors.reconcile.prose.lists import equal_errors, list_errors
from extractors.reconcile.prose.paragraphs import paragraphs_of
from extractors.reconcile.prose.series import groups_of, series_of
from extractors.reconcile.prose.statistics import statistic_errors
from extractors.reconcile.prose.words import word_errors
from extractors.reconcile.sheets import Sheet

__all__ = ["prose_errors"]


def prose_errors(extraction: Extraction, sheets: Sequence[Sheet]) -> Iterator[Doubt]:
    """What the sentences of a document contradict; one finding for a number of the text."""
    paragraphs = paragraphs_of(extraction.blocks)
    series, groups = series_of(sheets), groups_of(sheets)
    reader = Reader([name for one in series for name in one.names], groups)
    seen: set[tuple[int | None, str | None]] = set()
    for doubt in (
        *identity_errors(paragraphs),
        *statistic_errors(paragraphs, series, groups, reader),
        *list_errors(paragraphs, series),
        *equal_errors(paragraphs, series),
        *band_errors(paragraphs, series),
        *correlation_errors(paragraphs, sheets),
        *echo_errors(paragraphs, sheets),
        *word_errors(paragraphs),
        *enumeration_errors(paragraphs),
    ):
        if (doubt.line, doubt.printed) not in seen:
            seen.add((doubt.line, doubt.printed))
            yield doubt
