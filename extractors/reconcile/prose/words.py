"""Words that are set twice in a row: 成绩的的, 信息信息技术."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.model import Doubt
from extractors.reconcile.prose.paragraphs import Paragraph

#: Particles that stand twice by right in no word but these (目的的, 标的的, 参与与, 的的确确).
_PARTICLES = re.compile(
    r"(?<!目)(?:(?<!标)|(?<=[指目]标))的的(?!确)|(?<![参给赋授])与与|是是(?!非)"
)
_DOUBLED = re.compile("的的|与与|是是")
_WORDS = re.compile(r"(?P<word>[\u4e00-\u9fff]{2,6})(?P=word)")

#: A title may put a name before another that begins with the same word.
_TITLES = re.compile(r"《[^《》]*》|“[^“”]*”")

#: The two letters of a word stand together this much oftener than its first with the letter
#: before it: 企业创业创新 is 企业 and 创业, not 业创 twice.
OFTENER = 4


def word_errors(paragraphs: Sequence[Paragraph]) -> Iterator[Doubt]:
    """Particles and words set twice. ``paragraphs`` are all of the document."""
    whole: str | None = None
    for paragraph in paragraphs:
        text = paragraph.text
        for match in _PARTICLES.finditer(text) if _DOUBLED.search(text) else ():
            yield _doubt(paragraph, match.start(), match.group()[0])
        for match in _WORDS.finditer(text):
            if any(one.start() < match.start() < one.end() for one in _TITLES.finditer(text)):
                continue
            if whole is None:
                whole = "\n".join(one.text for one in paragraphs)
            if _is_word(match["word"], text[max(match.start() - 1, 0)], whole):
                yield _doubt(paragraph, match.start(), match["word"])


def _is_word(word: str, before: str, whole: str) -> bool:
    """Whether the letters belong together, and not the first to the letter before it."""
    return len(set(word)) > 1 and whole.count(word[:2]) >= OFTENER * whole.count(before + word[0])


def _doubt(paragraph: Paragraph, offset: int, word: str) -> Doubt:
    text = paragraph.text
    return paragraph.doubt(
        "word-twice",
        offset,
        printed=word * 2,
        expected=word,
        evidence=text[max(offset - 10, 0) : offset + 2 * len(word) + 10],
    )
