"""Contents pages, lists of figures, numbered paragraphs: set like tables, but no data."""

from __future__ import annotations

import itertools
import re

from extractors.layouts.fragment import Fragment, Page
from extractors.values import kind_of
from schemas.vocabulary import Vocabulary, fold

_PAGE = re.compile(r"^[-—–·.…\s]*(?:\d{1,4}|[ivxIVX]{1,6})[-—–·\s]*$")
_DASHED = re.compile(r"^\s*[-—–·]\s*\d{1,4}\s*[-—–·]\s*$|\.{3,}|…{2,}|·{3,}")

#: Rows with a page number at their end that make a list of contents.
MOST_ROWS = 0.8

#: A cell longer than this that ends as sentences do is one.
SENTENCE = 16

#: A line longer than this between the heading and the list is prose: the contents are over.
PROSE = 60


def drop_contents(page: Page, vocabulary: Vocabulary) -> list[Fragment]:
    """Take the fragments of contents out of the page; returns them."""
    headings = {fold(word) for word in vocabulary.words("contents")}
    dropped = []
    inside = False
    position = 0
    for fragment in sorted(page.fragments, key=lambda fragment: fragment.first):
        between = page.texts[position : fragment.first - 1]
        for text in between:
            if len(text) <= PROSE and any(
                word in headings for word in (fold(text), *map(fold, text.split()))
            ):
                inside = True
            elif len(text) > PROSE or text.endswith("。"):
                inside = False
        position = fragment.last
        if _is_contents(fragment, inside) or _is_prose(fragment):
            dropped.append(fragment)
    for fragment in dropped:
        page.fragments.remove(fragment)
    return dropped


def _is_contents(fragment: Fragment, inside: bool) -> bool:
    ends = []
    dashed = 0
    for row in fragment.rows:
        texts = [cell.text for cell in row if cell.text]
        if not texts:
            continue
        last = texts[-1]
        line = " ".join(texts)
        dashed += bool(_DASHED.search(line)) or bool(_DASHED.match(last))
        scored = any(kind_of(text) in ("decimal", "percent") for text in texts[1:-1])
        titled = len(texts) <= 3 and not _PAGE.match(texts[0]) and not scored
        ends.append(titled and bool(_PAGE.match(last)))
    if not ends or sum(ends) < MOST_ROWS * len(ends):
        return False
    if dashed * 2 > len(ends):
        return True
    return inside and _rises(fragment)


def _is_prose(fragment: Fragment) -> bool:
    """Numbered paragraphs, their numbers set off by a tab: sentences and nothing else."""
    if fragment.width > 2 or fragment.layout == "tagged":
        return False
    sentences = sum(
        bool(row)
        and len(row[-1].text) > SENTENCE
        and row[-1].text.endswith(("。", "；", "！", "？"))
        for row in fragment.rows
    )
    return sentences * 2 > len(fragment.rows)


def _rises(fragment: Fragment) -> bool:
    """Whether the page numbers go up."""
    numbers = []
    for row in fragment.rows:
        last = next((cell.text for cell in reversed(row) if cell.text), "")
        digits = re.sub(r"\D", "", last)
        if digits:
            numbers.append(int(digits))
    steps = list(itertools.pairwise(numbers))
    return (
        all(b >= a for a, b in steps)
        if len(steps) < 10
        else (sum(b >= a for a, b in steps) >= 0.9 * len(steps))
    )
