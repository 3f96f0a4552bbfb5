"""Several readings of one line settled to a text, with whether it can be relied on.

A line is read once, and twice, cut and sized otherwise, where the network is not certain or no
glyphs speak for it. Where the two agree and the glyphs do not object the text stands; else the
line is read again in more ways, and witnesses decide: the readings' votes, the glyphs
(`glyphs`), and the table the line stands in (`evidence`).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from extractors.pdf.scan.evidence import is_odd
from extractors.pdf.scan.glyphs import (
    GlyphBook,
    GlyphLine,
    contradicted,
    fits,
    glyphs_of,
    is_number,
    pitch_of,
)
from extractors.pdf.scan.lines import PrintLine, cut
from extractors.pdf.scan.picture import Picture
from extractors.pdf.scan.recognise import Reading, Recogniser

#: A character of a number below this is not taken on one network's word; one of a text may be
#: rarer, and the network less sure of it.
_SURE, _SURE_TEXT = 0.8, 0.5

#: The share of readings that has to agree where nothing else speaks.
_AGREED = 0.6


@dataclass(frozen=True, slots=True)
class Way:
    """A way of cutting a line: margins in heights of the line, a stretch, a change of contrast."""

    margin: float
    side: float
    stretch: float = 1.0
    harden: float = 0.0


#: Margins measured on 6 to 9 point print: narrow ones lose least. The second way differs in
#: what misleads the network, the place of a glyph on its steps.
WAYS = (
    Way(0.1, 0.15),
    Way(0.25, 0.4, stretch=1.2),
    Way(0.15, 0.3, stretch=1.4),
    Way(0.05, 0.25, harden=1.0),
    Way(0.35, 0.5, stretch=1.1),
    Way(0.1, 0.6, stretch=1.3, harden=0.6),
)

#: So certain a text needs no second reading; a number needs the glyphs' word as well, and one
#: among words has only readings to speak for it.
_CERTAIN = 0.98


@dataclass(slots=True)
class Item:
    """A line to be read, with its readings so far and the text settled on."""

    line: PrintLine
    readings: list[Reading] = field(default_factory=list)
    glyphs: GlyphLine | None = None
    text: str = ""
    confidence: float = 0.0
    sure: bool = False

    def candidates(self) -> list[str]:
        """The different texts that were read, the most frequent first."""
        return [text for text, _ in Counter(one.text for one in self.readings).most_common()]


def key_of(text: str) -> str:
    """A text as readings are compared: widths of signs and blanks aside."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def plain(text: str) -> str:
    """A reading as it is kept: no blank in a number, none at a Chinese character."""
    key = key_of(text)
    if is_number(key):
        return key
    kept = [
        one
        for index, one in enumerate(text)
        if not one.isspace() or not is_wide(text[index - 1 : index + 2])
    ]
    return "".join(kept).strip()


def is_wide(text: str) -> bool:
    """Whether a text has a character of Chinese width, which is set without blanks."""
    return any(unicodedata.east_asian_width(one) in "WF" for one in text)


class Settler:
    """Reads the lines of one page and settles their texts."""

    def __init__(self, grey: Picture, recogniser: Recogniser) -> None:
        self._grey, self._recogniser = grey, recogniser
        self._book = GlyphBook(grey)
        self._pitch = 0.0

    def read(self, lines: Sequence[PrintLine]) -> list[Item]:
        """The lines read once, twice where that is not enough, and again where two differ."""
        items = [Item(line, glyphs=glyphs_of(line)) for line in lines]
        self._read_in(items, WAYS[0])
        known = [
            (one.readings[0].text, one.glyphs)
            for one in items
            if one.glyphs and is_number(one.readings[0].text)
            if one.readings[0].confidence >= _SURE
        ]
        self._pitch = pitch_of(known)
        for text, glyphs in known:
            if fits(text, glyphs, self._pitch) and not is_odd(text):
                self._book.add(text, glyphs)
        self.settle(items)
        self._read_in([one for one in items if not self._needs_no_more(one)], WAYS[1])
        self.settle(items)
        self.again([one for one in items if not one.sure])
        return items

    def again(self, items: Sequence[Item]) -> None:
        """Lines that nothing settled, read in all ways."""
        for index, way in enumerate(WAYS):
            self._read_in([one for one in items if len(one.readings) == index], way)
        self.settle(items)

    def _needs_no_more(self, item: Item) -> bool:
        plain_text = not any(one.isdigit() for one in item.text)
        return (
            item.sure and item.confidence >= _CERTAIN and bool(plain_text or is_number(item.text))
        )

    def settle(self, items: Sequence[Item]) -> None:
        for one in items:
            one.text, one.confidence, one.sure = self._settled(one)

    def objections(self, item: Item, text: str) -> int:
        """How many things the glyphs have against a number; 0 for what is no number."""
        if not is_number(text):
            return 0
        against = int(is_odd(text))
        if item.glyphs is None:
            return against + 1
        against += 2 * (not fits(text, item.glyphs, self._pitch))
        return against + len(contradicted(text, self._book.looks_like(item.glyphs)))

    def spelled(self, item: Item) -> str:
        """The number that a line's glyphs look like by themselves; empty where they do not."""
        if item.glyphs is None:
            return ""
        looks = self._book.looks_like(item.glyphs)
        if not looks or not all(looks):
            return ""
        text = "".join(min(look, key=lambda label: look[label]) for look in looks)
        return text if is_number(text) else ""

    def is_clear(self, item: Item) -> bool:
        """Whether each character of a number has a glyph of its own, so that none is hidden."""
        return item.glyphs is not None and len(item.glyphs.glyphs) == len(item.text)

    def _settled(self, item: Item) -> tuple[str, float, bool]:
        votes: Counter[str] = Counter()
        for one in item.readings:
            votes[one.text] += 0.5 + 0.5 * one.confidence  # type: ignore[assignment]
        objections = {text: self.objections(item, text) for text in votes}
        best = max(votes, key=lambda text: votes[text] - 2 * objections[text])
        agreeing = [one for one in item.readings if one.text == best]
        confidence = max(one.confidence for one in agreeing)
        share = len(agreeing) / len(item.readings)
        needed = _SURE if any(one.isdigit() for one in best) else _SURE_TEXT
        sure = bool(best) and share >= _AGREED and confidence >= needed and not objections[best]
        return best, round(confidence * share, 4), sure

    def _read_in(self, items: Sequence[Item], way: Way) -> None:
        if not items:
            return
        cuts = [cut_in(self._grey, one.line, way) for one in items]
        for item, reading in zip(items, self._recogniser.read(cuts), strict=True):
            item.readings.append(_normal(reading))


def _normal(reading: Reading) -> Reading:
    """The reading with its text as it is kept, so that equal ones are equal."""
    return replace(reading, text=plain(reading.text))


def cut_in(grey: Picture, line: PrintLine, way: Way) -> Picture:
    """A line cut out of the page in one of the ways."""
    made = cut(grey, line, way.margin, way.side)
    if way.harden:
        soft = cv2.GaussianBlur(made, (0, 0), 1.5)
        made = cv2.addWeighted(made, 1 + way.harden, soft, -way.harden, 0)
    if way.stretch != 1.0:
        made = cv2.resize(made, None, fx=way.stretch, fy=1, interpolation=cv2.INTER_CUBIC)
    return np.asarray(made, np.uint8)
