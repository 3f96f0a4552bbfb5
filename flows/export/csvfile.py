"""CSV that programs read exactly, and that a spreadsheet cannot be made to compute.

A text that a spreadsheet would take for a formula is written with an apostrophe before it, as
https://owasp.org/www-community/attacks/CSV_Injection advises. Numbers are never touched: a
negative one stays one, and so does a text that is nothing but a number (``-3.5``).
"""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

#: What stands before a text that would start a formula.
GUARD = "'"

#: Signs with which a formula starts; a spreadsheet set to Chinese takes the wide ones too.
_STARTS = frozenset("=+-@\t\r\n＝＋－＠")

#: A number, or a sign alone (a dash for a missing value): nothing that could be computed.
_HARMLESS = re.compile(r"[-+＋－]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?%?|[-+=@＝＋－＠]")


def safe_text(text: str) -> str:
    """A text as it is written into a cell."""
    bare = text.lstrip(" ")
    if bare.startswith(GUARD):  # so that reading can take one apostrophe away again
        bare = bare.lstrip(GUARD)
    elif _HARMLESS.fullmatch(bare):
        return text
    return GUARD + text if bare[:1] in _STARTS and bare else text


def plain_text(cell: str) -> str:
    """The text of which `safe_text` made a cell."""
    rest = cell.removeprefix(GUARD)
    return rest if rest != cell and safe_text(rest) == cell else cell


def write(
    stream: TextIO, names: Sequence[str], rows: Iterable[Sequence[Any]], missing: str = ""
) -> int:
    """Write a header and rows of Python values; how many rows there were.

    None becomes ``missing``. Times are ISO 8601 in UTC.
    """
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    count = 0
    for row in rows:
        writer.writerow([_cell(value, missing) for value in row])
        count += 1
    return count


def _cell(value: Any, missing: str) -> Any:
    if value is None:
        return missing
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # 20, not 20.0: what is printed, and what R writes
    return value
