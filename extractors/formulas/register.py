"""The quantities of one formula while it is read, and the way to refuse it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count

from extractors.formulas.model import Expression, Input, Kind, Quantity, Total, children, walk

#: Signs of a computation, and so much for each so many: 每降低10%.
_UNREAD = re.compile(r"[<>=×Σ\0]|每[^,;]{0,6}\d")


class Refused(Exception):
    """The text cannot be read; ``code`` is one of `Reason`."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(slots=True)
class Register:
    """Names, kinds and what was noticed, in the order in which it was read."""

    quantities: dict[str, Quantity] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    meanings: dict[str, str] = field(default_factory=dict)
    #: The item of each circled number, by the label of the part and the number.
    marked: dict[tuple[str, str], list[Input]] = field(default_factory=dict)
    #: Circled numbers without whose item the whole is worth nothing, with the part's label.
    gates: list[tuple[str, str]] = field(default_factory=list)

    def quantity(self, name: str, kind: Kind, unit: str | None = None) -> Input:
        """A measured quantity (立案率): named again, it is the same one."""
        _check(name)
        if name not in self.quantities:
            self.quantities[name] = Quantity(name, kind, unit)
        elif self.quantities[name].kind != kind:
            raise Refused("two_kinds", f"{name} is {self.quantities[name].kind} and {kind}")
        return Input(name)

    def criterion(self, name: str, kind: Kind, label: str, unit: str | None = None) -> Input:
        """Something that earns points by itself. Two of one name are two criteria:
        网站(4分) of b1 and 网站(3分) of b2; the second is named after its part."""
        _check(name)
        owner = label or "score"
        spellings = chain([name, f"{owner}:{name}"], (f"{owner}:{name}:{n}" for n in count(2)))
        own = next(spelling for spelling in spellings if spelling not in self.quantities)
        if own != name:
            self.notes.append(f"{name} stands twice; the second is {own}")
        self.quantities[own] = Quantity(own, kind, unit)
        return Input(own)

    def item(self, label: str, mark: str) -> Input:
        """The one item under a circled number of a part."""
        items = self.marked.get((label, mark), [])
        if len(items) != 1:
            raise Refused("unread_text", f"{mark} of {label or 'the score'} is not one item")
        return items[0]

    def finished(self, expressions: Iterable[Expression]) -> tuple[Quantity, ...]:
        """The quantities that the expressions use, in the order of the text.

        Inside Σ a name stands for a list, unless it also stands outside.
        """
        every: dict[str, None] = {}
        single: set[str] = set()
        for expression in expressions:
            for _, node in walk(expression):
                if isinstance(node, Input):
                    every[node.name] = None
            single.update(_outside_totals(expression))
        return tuple(self._finished(name, name in single) for name in every)

    def _finished(self, name: str, is_single: bool) -> Quantity:
        known = self.quantities.get(name) or Quantity(name, "number" if is_single else "list")
        if not is_single and known.kind != "list":
            raise Refused("two_kinds", f"{name} is {known.kind} and a list")
        return Quantity(name, known.kind, known.unit, self.meanings.get(name))


def _check(name: str) -> None:
    """A name in which a computation or a comparison is left is one that was not read."""
    if not name:
        raise Refused("unread_text", "points that are given for nothing that is named")
    if _UNREAD.search(name):
        raise Refused("unread_text", name[:60])


def _outside_totals(expression: Expression) -> Iterator[str]:
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Input):
            yield node.name
        if not isinstance(node, Total):
            waiting.extend(children(node))
