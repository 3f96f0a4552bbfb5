"""From recovered tables to rows of the datasets.

`records` takes what `extract` gave and says what it means: the place, the indicator, the
time and the unit of every number, the entity of every rank. It reads and writes nothing,
and repairs nothing: what is printed stays beside what it was taken for.
"""

from __future__ import annotations

from extractors import reconcile as reconciliation  # the module: each package uses the other
from extractors.areas import Register
from extractors.model import Doubt, Extraction, Table
from extractors.records.cells import cell_rows, table_row
from extractors.records.context import EditionContext, Records
from extractors.records.crosswalk import crosswalk_rows
from extractors.records.entities import entity_rows
from extractors.records.facts import document_row
from extractors.records.findings import finding_rows, plan_doubts, scheme_doubts
from extractors.records.labels import squeeze
from extractors.records.observations import observation_rows
from extractors.records.panels import grid_of
from extractors.records.places import Places
from extractors.records.plan import plan_of
from extractors.records.rankings import ranking_rows
from extractors.records.scheme import scheme_of
from extractors.records.schemes import indicator_rows, read_document_scheme
from extractors.records.subjects import Publication

__all__ = ["EditionContext", "Records", "meaning", "records"]


def records(extraction: Extraction, edition: EditionContext, register: Register) -> Records:
    """The rows of every dataset but ``releases`` that one document gives, with what the
    document contradicts in itself among the findings.

    Rows are in the order of the document: tables as they are printed, their rows from the
    top, their columns from the left. ``quarantine`` is empty: the checks fill it.
    """
    rows, doubts = meaning(extraction, edition, register)
    doubts += reconciliation.reconcile(extraction, rows)
    rows["findings"] = finding_rows(edition.edition, edition.document, doubts)
    entities = rows.pop("entities")  # signed by no document
    _sign(rows, edition, extraction.document.sha256)
    rows["entities"] = entities
    return rows


def meaning(
    extraction: Extraction, edition: EditionContext, register: Register
) -> tuple[Records, list[Doubt]]:
    """The rows before anything is checked, not yet signed, and what reading them doubts."""
    places = Places(register, edition.year)
    publication = _publication(extraction, edition)
    plans = [
        plan_of(table, places, publication) for table in extraction.tables if _has_meaning(table)
    ]
    scheme = scheme_of(plans)
    reading, doubted = read_document_scheme(extraction, scheme, plans)
    observations = [row for plan in plans for row in observation_rows(plan, scheme, places)]
    rankings = [row for plan in plans for row in ranking_rows(plan, scheme, places)]
    indicators, miscounted = indicator_rows(extraction, scheme, reading)
    doubts = [
        *extraction.doubts,
        *(doubt for plan in plans for doubt in plan_doubts(plan)),
        *scheme_doubts(scheme, plans),
        *doubted,
        *miscounted,
    ]
    rows: Records = {
        "documents": [document_row(extraction, edition)],
        "tables": [table_row(table) for table in extraction.tables],
        "cells": [row for table in extraction.tables for row in cell_rows(table, grid_of(table))],
        "observations": observations,
        "rankings": rankings,
        "indicators": indicators,
        "crosswalk": crosswalk_rows(extraction, edition, indicators),
        "quarantine": [],
        "entities": entity_rows(places),
    }
    return rows, doubts


def _sign(rows: Records, edition: EditionContext, sha256: str) -> None:
    """Every row of every dataset of a document carries the edition, document and hash."""
    for dataset in rows.values():
        for row in dataset:
            row["edition"] = edition.edition
            row["document"] = edition.document
            row["document_sha256"] = sha256


def _has_meaning(table: Table) -> bool:
    """Only values and ranks have a meaning beyond their print; the numbers of a scheme are weights."""
    return table.kind != "scheme" and any(
        column.role in ("value", "rank") for column in table.columns
    )


def _publication(extraction: Extraction, edition: EditionContext) -> Publication:
    """What the tables inherit: the year, and the names that may say whose statistics they are."""
    stated = (
        edition.publisher,
        extraction.document.title,
        edition.sidecar.get("title"),
        edition.sidecar.get("series"),
    )
    captions = (squeeze(table.caption) for table in extraction.tables if table.caption)
    return Publication(
        edition.year, tuple(str(name) for name in stated if name), frozenset(captions)
    )
