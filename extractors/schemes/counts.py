"""How many indicators the print says there are, and how many it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractors.model import Block, Doubt
from extractors.values import chinese_number

_LEVELS = {numeral: number for number, numeral in enumerate("一二三四五六", start=1)}
_CLAIM = re.compile(
    r"(\d{1,3}|[一二两三四五六七八九十百]{1,4})\s*[个项条]\s*"
    r"(?:([一二三四五六])级(?:评价|评估)?指标)(分项|子项|细项)?"
)
_CLAUSE = re.compile(r"[。；;\n]")

#: A clause that says what the scheme is made of, not what is done with some of it.
_MADE_OF = re.compile(r"共有|共设|共包|共计|总共|包含|包括|设有|下设|设置|分为|组成|构成|涵盖")

#: Shorter names are words that prose uses for other things.
LONG_NAME = 4

#: What stands in brackets before a claim excepts or explains.
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")


@dataclass(frozen=True, slots=True)
class Counted:
    """A node as far as counting goes; ``outside`` of a bonus or a deduction, which a count
    may leave out."""

    indicator: str
    name: str
    level: int
    ancestors: tuple[str, ...] = ()
    outside: bool = False


def count_doubts(blocks: Iterable[Block], nodes: Iterable[Counted]) -> Iterator[Doubt]:
    """A finding for every number in prose that is not the number of nodes of that level.

    A clause that names a node before its number (信息安全 L6 共设 2 个分项) counts below that node.
    """
    known = list(nodes)
    levels = {node.level for node in known}
    for block in blocks:
        if "级" not in block.text:
            continue
        for clause in _CLAUSE.split(block.text):
            counted_above = 0
            for match in _CLAIM.finditer(clause):
                before = clause[: match.start()]
                level = _LEVELS[match.group(2)] + bool(match.group(3))
                # A level that the document does not print cannot be counted.
                if level in levels and _MADE_OF.search(before):
                    nodes = _within(known, before, range(counted_above + 1, level))
                    yield from _check(block, match, level, nodes)
                counted_above = max(counted_above, level)


def _within(known: list[Counted], before: str, above: range) -> list[Counted]:
    """The nodes of a level below those that the text names, all where it names none.

    ``above`` are the levels whose names narrow the count: a level that the clause itself
    counts (8 项一级指标) is enumerated, not spoken of.
    """
    at_level = [node for node in known if node.level == above.stop]
    said = _BRACKETS.sub("", before)
    named = {node.indicator for node in known if node.level in above and _is_named(node, said)}
    below = [node for node in at_level if named & set(node.ancestors)]
    return below or at_level


def _is_named(node: Counted, text: str) -> bool:
    """Whether a text speaks of a node: by a code with a letter, or by its name; a name as short
    as a word (数据) must be followed by 指标 or the like."""
    code = node.indicator
    is_code = code.isascii() and len(code) > 1 and not code[0].isdecimal()
    if is_code and re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", text, re.ASCII):
        return True
    if len(node.name) >= LONG_NAME:
        return node.name in text
    return bool(re.search(rf"{re.escape(node.name)}(?:指标|部分|板块|方面|模块)", text))


def _check(
    block: Block, match: re.Match[str], level: int, counted: list[Counted]
) -> Iterator[Doubt]:
    printed = match.group(1).replace("两", "二")
    said = int(printed) if printed.isdecimal() else chinese_number(printed)
    inside = sum(not node.outside for node in counted)
    if said is None or said in (len(counted), inside):
        return
    yield Doubt(
        check="indicator-count",
        severity="warning",
        line=block.line,
        page=block.page,
        printed=" ".join(match.group().split()),
        expected=str(len(counted)),
        evidence=f"line {block.line} says {said}; {len(counted)} of level {level} are printed",
    )
