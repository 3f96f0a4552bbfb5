"""Layouts: how a printed table was set down in text, one module each.

Every reader looks at lines that no reader before it has claimed and gives fragments: grids
of cells of one width, each with its place, with no meaning yet. What the rows mean is the
work of `extractors.assemble`, the same for all layouts.
"""

from __future__ import annotations

from extractors.layouts import aligned, delimited, flattened, keyed, spaced, tagged
from extractors.layouts.fragment import Fragment, Page

#: The order matters: what is printed with delimiters is certain, columns set with blanks
#: are next, and a run of single cells is looked for among what is left.
READERS = (
    delimited.find,
    tagged.find,
    aligned.find,
    spaced.find,
    flattened.find,
    keyed.find,
)


def find_fragments(page: Page) -> list[Fragment]:
    """All fragments of tables in a document, in reading order."""
    for reader in READERS:
        for fragment in reader(page):
            page.claim(fragment)
    return sorted(page.fragments, key=lambda fragment: fragment.first)


__all__ = ["Fragment", "Page", "find_fragments"]
