"""What the prose says of a scheme: maxima (权重为5分), and first levels that it only enumerates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.model import Block, Doubt
from extractors.values import chinese_number

_POINTS = r"(\d{1,4}(?:\.\d+)?)\s*分(?![之数值])"
_WEIGHT = re.compile(rf"权重\s*(?:值)?(?:为|是|占)?\s*{_POINTS}")
_FULL = re.compile(rf"满分\s*(?:值)?(?:为|是|共)?\s*{_POINTS}")
_NAMED = re.compile(rf"[（(]\s*([^（()）\d]{{2,20}}?)\s*{_POINTS}\s*[)）]")
_SENTENCE_END = "。！？：；!?:;"

#: A claim is of the indicator named last before it; farther back it speaks of something else.
FARTHEST = 260

_ENUMERATED = re.compile(
    r"((?:[\u4e00-\u9fff]{2,12}、)+[\u4e00-\u9fff]{2,12})(?:等|这|共)*\s*"
    r"(\d{1,2}|[一二三四五六七八九十]{1,2})\s*[个项大]\s*([\u4e00-\u9fff]{1,5}[类性型])(?:一级)?指标"
)
_FIRST_LEVEL = re.compile(
    r"(\d{1,2}|[一二三四五六七八九十]{1,2})\s*[个项大]\s*(?:一级指标|一级评价指标)"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A maximum that prose states for an indicator; ``key`` is the caller's for its name."""

    key: object
    points: float
    line: int
    page: int | None
    printed: str


@dataclass(frozen=True, slots=True)
class ProseNode:
    """A first-level indicator that prose enumerates with its kind (成效类)."""

    name: str
    kind: str
    line: int
    page: int | None


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Prose lines that go on in one another; ``starts`` are (offset, block)."""

    text: str
    starts: tuple[tuple[int, Block], ...]

    def block_at(self, offset: int) -> Block:
        return next(block for start, block in reversed(self.starts) if start <= offset)


def paragraphs(blocks: Sequence[Block]) -> Iterator[_Paragraph]:
    """Prose whole again: a line that does not end a sentence goes on in the next one."""
    text, starts = "", list[tuple[int, Block]]()
    for block, following in pairwise([*blocks, None]):
        assert block is not None
        starts.append((len(text), block))
        text += block.text
        goes_on = (
            following is not None
            and block.kind == following.kind == "prose"
            and len(block.text) > 20
            and block.text[-1] not in _SENTENCE_END
        )
        if not goes_on:
            yield _Paragraph(text, tuple(starts))
            text, starts = "", []


def max_claims(
    blocks: Sequence[Block], names: Mapping[str, object], whole: object | None
) -> list[Claim]:
    """Every maximum that prose states, of the indicator that it names last before it.

    ``names`` are the indicators by name without white space, ``whole`` the key of the total,
    to which a 满分 belongs that names no indicator in its clause.
    """
    found: list[Claim] = []
    ordered = sorted(names, key=len, reverse=True)
    for paragraph in paragraphs(blocks):
        if "分" not in paragraph.text:
            continue
        for match in _WEIGHT.finditer(paragraph.text):
            name = _last_named(paragraph.text, match.start(), ordered, FARTHEST)
            if name:
                found.append(_claim(paragraph, match, names[name], 1))
        for match in _FULL.finditer(paragraph.text):
            clause = max(paragraph.text.rfind(mark, 0, match.start()) for mark in "，,。；;") + 1
            name = _last_named(paragraph.text, match.start(), ordered, match.start() - clause)
            if name or whole is not None:
                found.append(_claim(paragraph, match, names[name] if name else whole, 1))
        for match in _NAMED.finditer(paragraph.text):
            name = "".join(match.group(1).split())
            if name in names:
                found.append(_claim(paragraph, match, names[name], 2))
    return found


def _last_named(text: str, end: int, names: Sequence[str], reach: int) -> str | None:
    """The name that ends last before a place; of names that end together, the longest."""
    before = text[max(0, end - reach) : end]
    places = [(before.rfind(name) + len(name), name) for name in names if name in before]
    return max(places, key=lambda place: (place[0], len(place[1])))[1] if places else None


def _claim(paragraph: _Paragraph, match: re.Match[str], key: object, group: int) -> Claim:
    block = paragraph.block_at(match.start())
    printed = " ".join(match.group().split())
    return Claim(key, float(match.group(group)), block.line, block.page, printed)


def prose_nodes(blocks: Sequence[Block]) -> tuple[list[ProseNode], list[Doubt]]:
    """The first level of a scheme that stands in prose only, by the kinds that it enumerates.

    A sentence counts that says how many first-level indicators there are; where the names
    that follow are not as many as it says, a finding says so.
    """
    nodes: list[ProseNode] = []
    doubts: list[Doubt] = []
    for paragraph in paragraphs(blocks):
        said = _FIRST_LEVEL.search(paragraph.text)
        if not said:
            continue
        block = paragraph.block_at(said.start())
        listed = list(_enumerated(paragraph, said.end()))
        if not listed:
            continue
        nodes += [node for node in listed if node.name not in {known.name for known in nodes}]
        number = _number(said.group(1))
        if number is not None and number != len(listed):
            doubts.append(
                Doubt(
                    check="indicator-count",
                    severity="warning",
                    line=block.line,
                    page=block.page,
                    printed=said.group(),
                    expected=str(len(listed)),
                    evidence=f"line {block.line} says {number} and names {len(listed)}",
                )
            )
    return nodes, doubts


def _enumerated(paragraph: _Paragraph, start: int) -> Iterable[ProseNode]:
    for match in _ENUMERATED.finditer(paragraph.text, start):
        names = match.group(1).split("、")
        # The first name may begin behind words of the sentence (其中，惠民服务、…).
        if _number(match.group(2)) != len(names):
            continue
        block = paragraph.block_at(match.start())
        for name in names:
            yield ProseNode(name, match.group(3), block.line, block.page)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else chinese_number(text)
