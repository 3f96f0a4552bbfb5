"""Which columns of one printed piece of a table are which of another: by where they stand.

A page on which a column is blank all the way, below a merged cell of the page before, prints one
column less. Where cells have boxes, these tell which; where they have none nothing is done.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractors.model import Cell

#: Two columns are one where they share this part of the narrower one.
_SHARED = 0.6

Rows = Sequence[list[Cell]]
#: Left and right edge of a column in points.
Extent = tuple[float, float]


def common_columns(one: Rows, other: Rows) -> tuple[list[int], list[int]] | None:
    """The places of the columns of two pieces in a table that has all of them.

    None where they have the same number of columns, where a column has no box, and where the
    columns of the narrower piece are not all found in the wider one, in their order.
    """
    widths = len(one[0]), len(other[0])
    if widths[0] == widths[1]:
        return None
    if widths[0] < widths[1]:
        found = common_columns(other, one)
        return None if found is None else (found[1], found[0])
    wide, narrow = extents(one), extents(other)
    if wide is None or narrow is None:
        return None
    places = [_place(extent, wide) for extent in narrow]
    kept = [place for place in places if place is not None]
    if len(kept) < len(places) or sorted(set(kept)) != kept:
        return None
    return list(range(len(wide))), kept


def extents(rows: Rows) -> list[Extent] | None:
    """The extent of every column, by its narrowest cell: merged ones are wider."""
    found: list[Extent] = []
    for column in range(len(rows[0])):
        boxes = [row[column].box for row in rows if column < len(row)]
        spans = [(box[0], box[2]) for box in boxes if box is not None]
        if not spans:
            return None
        found.append(min(spans, key=lambda span: span[1] - span[0]))
    return found


def _place(extent: Extent, columns: Sequence[Extent]) -> int | None:
    """The column that an extent shares most with, if enough."""
    shares = [
        (min(extent[1], right) - max(extent[0], left))
        / max(min(extent[1] - extent[0], right - left), 1.0)
        for left, right in columns
    ]
    best = max(range(len(columns)), key=lambda column: shares[column])
    return best if shares[best] >= _SHARED else None


def spread(rows: Rows, places: Sequence[int], width: int) -> list[list[Cell]]:
    """Rows with their cells at ``places`` of rows that are ``width`` wide, blank elsewhere."""
    found = []
    for row in rows:
        wide = [Cell("", row[0].line, row[0].page) for _ in range(width)]
        for place, cell in zip(places, row, strict=True):
            wide[place] = cell
        found.append(wide)
    return found
