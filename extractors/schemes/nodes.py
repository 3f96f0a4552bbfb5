"""The nodes of a scheme while it is read, and how two prints of one text are brought together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from extractors.schemes.codes import above
from extractors.schemes.declare import Weight
from extractors.schemes.text import Marked
from schemas.units import half_width

#: Two prints of one text, with a misread character or two, are above this; the parts of a text
#: that runs over a page break are far below.
SAME = 0.7

_ENDED = re.compile(r"[。！!；;）)\d%％]$|[—…-]{2,}$")


@dataclass(slots=True, eq=False)
class Node:
    """An indicator of a scheme. ``depth`` is the level of its column; ``carried`` the node in
    force above it where it was printed; ``texts`` are its texts by field, ``marks`` what is
    underlined of its name. ``scored_in_definition`` is true where one cell defines and scores."""

    name: str
    code: str | None
    depth: int
    carried: Node | None
    line: int
    page: int | None
    table_id: str
    row_number: int
    column_number: int
    weight: Weight | None = None
    remark: str | None = None
    texts: dict[str, Marked] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    kind: str = "score"
    percent: float | None = None
    base: str | None = None
    max_score: float | None = None
    formula: str | None = None
    formula_parsed: str | None = None
    own_id: str | None = None
    scored_in_definition: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """Names from the top; slashes inside a name are widened, since they join levels."""
        above_it = self.parent.path if self.parent else ()
        return (*above_it, self.name.replace("/", "／"))

    @property
    def indicator(self) -> str:
        """The id: the printed code, else the names from the top."""
        return self.own_id or self.code or "/".join(self.path)

    @property
    def level(self) -> int:
        return 1 + (self.parent.level if self.parent else 0)

    def changed(self) -> str | None:
        """What is underlined of the node, one run a line."""
        runs = [*self.marks, *(run for text in self.texts.values() for run in text.underlined())]
        return "\n".join(dict.fromkeys(runs)) or None


def settle_parents(nodes: list[Node]) -> None:
    """Give every node its parent: what its code says, else what stood above it.

    A node that would come to stand below itself (codes and columns contradict each other) is
    left at the top.
    """
    by_code = {node.code: node for node in nodes if node.code}
    for node in nodes:
        stem = above(node.code, by_code) if node.code else None
        parent = by_code[stem] if stem else node.carried
        if parent is not None and not _is_below(parent, node):
            node.parent = parent
    for node in nodes:
        if node.parent:
            node.parent.children.append(node)


def _is_below(node: Node, top: Node) -> bool:
    """Whether a node is another one or stands below it, as far as parents are known."""
    up: Node | None = node
    while up is not None:
        if up is top:
            return True
        up = up.parent
    return False


def settle_ids(nodes: list[Node]) -> None:
    """Give nodes whose ids would be the same (a name that is another's code) ids of their own."""
    seen: dict[str, int] = {}
    for node in nodes:
        count = seen[node.indicator] = seen.get(node.indicator, 0) + 1
        if count > 1:
            node.own_id = f"{node.indicator}#{count}"


def walk(nodes: list[Node]) -> Iterator[Node]:
    """Parents before their parts, each in the order of print."""
    for node in nodes:
        yield node
        yield from walk(node.children)


def fold(text: str) -> str:
    """A text as it is compared: without white space, in one width."""
    return half_width("".join(text.split())).replace("，", ",").replace("、", ",")


@dataclass(frozen=True, slots=True)
class Merged:
    """Two prints brought together; ``differs`` where they are prints of one text that differ."""

    text: Marked
    differs: bool = False


def merged(old: Marked, new: Marked, *, again: bool) -> Merged:
    """A text and what is printed later for the same node.

    ``again`` says that the node itself was printed again: then a like text is the same text in
    a second print, of which the first counts unless it was cut. All else continues the first.
    """
    if not old or not new:
        return Merged(old or new)
    first, second = fold(old.text), fold(new.text)
    if second in first:
        return Merged(old)
    if first in second:
        return Merged(new)
    if again and _alike(first, second):
        cut = not _ENDED.search(old.text) and _ENDED.search(new.text)
        return Merged(new if cut else old, differs=True)
    return Merged(old.joined(new))


def _alike(first: str, second: str) -> bool:
    """Whether two texts are one; of texts of unequal length the shorter must be in the longer."""
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    shared = sum(block.size for block in matcher.get_matching_blocks())
    return shared >= SAME * min(len(first), len(second))


def nearness(first: str, second: str) -> int:
    """How long the longest words are that two texts share."""
    one, other = fold(first), fold(second)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.find_longest_match(0, len(one), 0, len(other)).size
