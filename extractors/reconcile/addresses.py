"""Dotted addresses (hosts, URLs) that cannot be one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.model import Doubt
from extractors.reconcile.finding import at_cell
from extractors.reconcile.sheets import Sheet
from schemas.units import half_width

#: A host, with or without scheme, port and path.
_HOST = re.compile(
    r"(?:https?://)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,18}(?::\d{1,5})?(?:/\S*)?",
    re.IGNORECASE,
)
#: What looks as if it were meant for one.
_MEANT = re.compile(r"^(?:https?[:;]|www\b|www[.,]|[a-z0-9-]+[.,][a-z0-9-]+)", re.IGNORECASE)
#: wwwname.org is a name like any other, but not in a column of www.name.org.
_JOINED = re.compile(r"^(?:https?://)?www(?!\d?\.)[a-z0-9]", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s;；、|]+")

#: A column is one of addresses where this share of its filled cells have one,
MOST = 0.6

#: and so many of them.
LEAST = 4


def address_errors(sheet: Sheet) -> Iterator[Doubt]:
    """Words of an address column that are no address: a comma for a dot, a dot that lacks."""
    for index, column in enumerate(sheet.table.columns):
        if column.role not in ("text", "stub", "unclear"):
            continue
        cells = [
            (row, row_.cells[index].text)
            for row, row_ in enumerate(sheet.table.rows)
            if index < len(row_.cells) and row_.cells[index].text
        ]
        good = sum(any(map(_HOST.fullmatch, _words(text))) for _, text in cells)
        if good < LEAST or good < MOST * len(cells):
            continue
        dotted = sum("www." in text.lower() for _, text in cells) > len(cells) / 2
        for row, text in cells:
            for word in _words(text):
                joined = dotted and bool(_JOINED.match(word))
                if joined or (not _HOST.fullmatch(word) and _is_meant(word)):
                    yield at_cell(
                        "address-form",
                        sheet.table,
                        row,
                        index,
                        expected=_mended(word),
                        evidence=word,
                    )


def _words(text: str) -> list[str]:
    return [word for word in _SEPARATORS.split(half_width(text).strip()) if word]


def _is_meant(word: str) -> bool:
    return word.isascii() and bool(_MEANT.match(word))


def _mended(word: str) -> str | None:
    """The address with its commas as dots, if that makes one."""
    mended = re.sub(r"[,;:](?=[a-z])|\.{2,}", ".", word)
    mended = re.sub(r"^www(?=[a-z0-9])", "www.", mended)
    return mended if mended != word and _HOST.fullmatch(mended) else None
