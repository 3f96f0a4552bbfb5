"""Counts of rows in a band of values (60分以上的城市有12个), and shares of the whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extractors.model import Doubt
from extractors.reconcile.prose.paragraphs import Paragraph
from extractors.reconcile.prose.series import Series, nearest
from extractors.reconcile.sheets import Number

_BAND = r"(?P<low>\d+(?:\.\d+)?)(?:[-—~至](?P<high>\d+(?:\.\d+)?))?分(?:之间|(?P<side>以上|以下))?"
_COUNTED = re.compile(
    rf"{_BAND}的?[^\d,。;:]{{0,6}}?(?:共|仅|只)?有(?P<count>\d+)个(?P<tail>[^\d。;]{{0,30}})"
)
_PLACED = re.compile(
    rf"(?P<count>\d+)个[^\d,。;:]{{0,10}}?(?:在|为|高于|低于){_BAND}(?P<tail>[^\d。;]{{0,14}})"
)
_SHARE = re.compile(r"占(?:总体|总数|全部|样本|比)的?(?:比例)?(?:为|达)?(?P<share>\d+(?:\.\d+)?)%")

#: So many counts and shares of a text, and this part of them, must be the column's.
LEAST_HELD = 3
SHARE_HELD = 0.6


@dataclass(frozen=True, slots=True)
class Band:
    """A count of rows with values in a band; ``share`` is that of all rows, with its place."""

    offset: int
    low: float
    high: float
    count: int
    printed: str
    share: Number | None
    share_offset: int


def band_errors(paragraphs: Iterable[Paragraph], series: Sequence[Series]) -> Iterator[Doubt]:
    """Counts and shares that the column does not give, where most others of the text do."""
    for paragraph in paragraphs:
        if "分" not in paragraph.text or "个" not in paragraph.text:
            continue
        bands = list(_bands(paragraph.text))
        if len(bands) > 1:
            yield from _counts(paragraph, bands, series)
            yield from _shares(paragraph, bands, series)


def _bands(text: str) -> Iterator[Band]:
    for pattern in (_COUNTED, _PLACED):
        for match in pattern.finditer(text):
            low, high, side = float(match["low"]), match["high"], match["side"]
            if not high and not side:
                continue
            bounds = (low, float(high)) if high else (low, INFINITE)
            if side == "以下":
                bounds = (-INFINITE, low)
            share = _SHARE.match(text, _comma(text, match.end("count")))
            number = share and share["share"]
            half = 0.5 * 10.0 ** -len(number.partition(".")[2]) if number else 0.0
            yield Band(
                match.start("count"),
                *bounds,
                int(match["count"]),
                match["count"],
                Number(float(number), half, f"{number}%") if number else None,
                share.start("share") if share else 0,
            )


INFINITE = float("inf")


def _comma(text: str, start: int) -> int:
    """Where the clause behind the next comma begins."""
    place = text.find(",", start, start + 40)
    return place + 1 if place >= 0 else start


def _inside(band: Band, series: Series) -> int:
    return series.between(band.low, band.high)


def _column(paragraph: Paragraph, bands: Sequence[Band], series: Sequence[Series]) -> Series | None:
    best: tuple[int, int, Series] | None = None
    for one in nearest(series, paragraph.line):
        held = sum(_said_of(band, one) for band in bands)
        near = -abs(one.line - paragraph.line)
        if best is None or (held, near) > best[:2]:
            best = held, near, one
    said = len(bands) + sum(band.share is not None for band in bands)
    if best is None or best[0] < max(LEAST_HELD, SHARE_HELD * said):
        return None
    return best[2]


def _said_of(band: Band, series: Series) -> int:
    """How many of a band's two numbers, count and share, are those of a column."""
    inside = _inside(band, series)
    share = band.share is not None and _is_share(inside, len(series.values), band.share)
    return (inside == band.count) + share


def _counts(
    paragraph: Paragraph, bands: Sequence[Band], series: Sequence[Series]
) -> Iterator[Doubt]:
    one = _column(paragraph, bands, series)
    for band in bands if one is not None else ():
        inside = _inside(band, one)  # type: ignore[arg-type]
        if inside != band.count:
            yield paragraph.doubt(
                "prose-count",
                band.offset,
                printed=band.printed,
                expected=str(inside),
                evidence=f"{inside} rows from {band.low:g} to {band.high:g} in line "
                f"{one.line if one else 0} and below",
            )


def _shares(
    paragraph: Paragraph, bands: Sequence[Band], series: Sequence[Series]
) -> Iterator[Doubt]:
    """Shares of the counts that the text itself gives, where most are shares of one whole."""
    one = _column(paragraph, bands, series)
    told = [(band, band.share) for band in bands if band.share is not None]
    if one is None:
        return
    whole = len(one.values)
    for band, share in told:
        counts = (band.count, _inside(band, one))
        if not any(_is_share(count, whole, share) for count in counts):
            yield paragraph.doubt(
                "prose-share",
                band.share_offset,
                printed=share.text,
                expected=f"{100 * band.count / whole:.1f}%",
                evidence=f"{band.count} of {whole}; the other shares of the text are rounded",
            )


def _is_share(count: int, whole: int, share: Number) -> bool:
    return abs(100 * count / whole - share.value) <= share.half + 1e-9
