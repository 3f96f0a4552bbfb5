"""From the rows of a scheme's table to its nodes.

Rows are read from the top. A cell of a level names nodes, or goes on with the text of the last
one where a page break cut it. What stands beside is shared out among the nodes that the row
names: paragraph by paragraph where there are as many, the whole to all where there is one. An
item whose own paragraph stands in the next row gets it from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extractors.model import Doubt, Table
from extractors.schemes.codes import above, codes_in, grammar, shape, whole_code
from extractors.schemes.declare import Declared, declared_in, weight_of
from extractors.schemes.headers import SchemeColumn, scheme_columns
from extractors.schemes.nodes import Node, fold, merged, nearness
from extractors.schemes.repair import Placed, place_rows
from extractors.schemes.text import EMPTY, Marked
from schemas.schemes import scheme_words

#: Fields whose text is kept as printed; weights and codes are read.
TEXT_FIELDS = ("definition", "formula", "data_requirement", "data_source", "changed", "kind")

#: At least this share of the cells of a level's column must hold a code of the grammar.
CODED = 0.5

_LABEL = re.compile(r"^\s*([\u4e00-\u9fff]{2,8})\s*[:：]\s*")


@dataclass(slots=True)
class Reading:
    """The nodes of the tables read so far, in order of print, and what was doubtful."""

    nodes: list[Node] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    by_key: dict[tuple[object, ...], Node] = field(default_factory=dict)


def read_table(table: Table, reading: Reading) -> None:
    """Read one table into ``reading``."""
    _Rows(table, reading).read()


class _Rows:
    """The rows of one table as they are read from the top."""

    def __init__(self, table: Table, reading: Reading) -> None:
        self.table, self.reading = table, reading
        self.columns = scheme_columns(table.columns)
        self.shapes = _grammar(table, self.columns)
        self.levels = sorted((c for c in self.columns if c.level), key=lambda c: c.level or 0)
        self.lowest = max(c.level or 0 for c in self.levels)
        self.current: dict[int, Node] = {}
        self.pending: list[Node] = []
        self.number, self.row = 0, table.rows[0] if table.rows else None

    def read(self) -> None:
        placed = place_rows(self.table, self.columns, self.shapes)
        for number, (row, cells) in enumerate(zip(self.table.rows, placed, strict=True), start=1):
            self.number, self.row = number, row
            self._report_repair(cells)
            self._read_row(cells.cells)

    # ------------------------------------------------------------ nodes

    def _read_row(self, cells: Sequence[Marked]) -> None:
        codes = self._codes(cells)
        named: dict[int, list[Node]] = {}
        again: set[int] = set()
        for column in self.levels:
            level = column.level or 0
            for declared in self._declared(cells, column, codes):
                node, known = self._node(declared, column)
                named.setdefault(level, []).append(node)
                if known:
                    again.add(id(node))
                self._say(node, column, declared.text, id(node) in again)
            if cells[column.index] and level not in named:
                self._go_on(column, cells[column.index])
        self._read_beside(cells, named, again)

    def _codes(self, cells: Sequence[Marked]) -> dict[int, list[str]]:
        """Codes that stand in columns of their own, by the level that they are of."""
        found: dict[int, list[str]] = {}
        for column in self.columns:
            if "code" in column.fields and not column.level and cells[column.index]:
                code = whole_code(cells[column.index].text)
                if code:
                    found.setdefault(column.owner or self.lowest, []).append(code)
        return found

    def _declared(
        self, cells: Sequence[Marked], column: SchemeColumn, codes: dict[int, list[str]]
    ) -> list[Declared]:
        cell = cells[column.index]
        own = codes.get(column.level or 0, [])
        if own or not self._is_coded(column):
            found = declared_in(cell, frozenset(), column)
            if own and len(found) == len(own):
                found = [_with_code(one, code) for one, code in zip(found, own, strict=True)]
            return found
        return declared_in(cell, self.shapes, column)

    def _is_coded(self, column: SchemeColumn) -> bool:
        """Whether the cells of a level print codes of the grammar."""
        filled = [row.cells[column.index].text for row in self.table.rows]
        filled = [text for text in filled if text]
        if not self.shapes:
            return False
        coded = sum(any(shape(c.text) in self.shapes for c in codes_in(text)) for text in filled)
        digits = any("X" not in form for form in self.shapes)
        coded += sum(bool(re.match(r"\d{1,2}(?:[.、．\s])", text)) for text in filled) * digits
        return coded >= CODED * len(filled)

    def _node(self, declared: Declared, column: SchemeColumn) -> tuple[Node, bool]:
        """The node of a declaration, and whether it had been printed before."""
        level = column.level or 0
        carried = next(
            (self.current[depth] for depth in range(level - 1, 0, -1) if depth in self.current),
            None,
        )
        key = self._key(declared, carried)
        node = self.reading.by_key.get(key)
        known = node is not None
        if node is None:
            assert self.row is not None
            node = Node(
                declared.name,
                declared.code,
                level,
                carried,
                self.row.line,
                self.row.page,
                self.table.table_id,
                self.number,
                column.index + 1,
            )
            self.reading.by_key[key] = node
            self.reading.nodes.append(node)
        elif declared.name and fold(declared.name) != fold(node.name):
            self._twice(node, node.name, declared.name)
        node.name = node.name or declared.name
        node.weight = node.weight or declared.weight
        node.remark = node.remark or declared.remark
        if not known:
            node.marks += declared.mark.underlined()
        self.current[level] = node
        for deeper in [depth for depth in self.current if depth > level]:
            del self.current[deeper]
        return node, known

    def _key(self, declared: Declared, carried: Node | None) -> tuple[object, ...]:
        if declared.code:
            return (declared.code,)
        return (id(carried) if carried else None, fold(declared.name))

    # ------------------------------------------------------------ texts

    def _go_on(self, column: SchemeColumn, text: Marked) -> None:
        """A cell of a level that names nothing goes on with the last node's text."""
        node = self.current.get(column.level or 0)
        if node is None:
            self._doubt("scheme-cell-unread", "warning", text.text, "no node stands above it")
            return
        self._say(node, column, text, False)

    def _say(self, node: Node, column: SchemeColumn, text: Marked, again: bool) -> None:
        """Give a node the text that stands behind its name."""
        if not text:
            return
        fields = [name for name in column.fields if name in TEXT_FIELDS]
        default = fields[0] if fields else "definition"
        for name, part in _labelled(text, default):
            self._put(node, name, part, again)

    def _put(self, node: Node, name: str, text: Marked, again: bool) -> None:
        if not text:
            return
        old = node.texts.get(name, EMPTY)
        both = merged(old, text, again=again)
        if both.differs:
            self._twice(node, old.text, text.text)
        node.texts[name] = both.text

    def _read_beside(
        self, cells: Sequence[Marked], named: dict[int, list[Node]], again: set[int]
    ) -> None:
        """Share out the cells that name no nodes."""
        beside = [c for c in self.columns if not c.level and c.fields and cells[c.index]]
        leaves = [c for c in beside if c.owner == self.lowest and _is_text(c)]
        surplus = self._leaf_cells(leaves, cells, named, again)
        for column in beside:
            if column in leaves or column.fields[0] in ("code", "ignored"):
                continue
            nodes = named.get(column.owner or self.lowest) or self._fallback(column)
            if not nodes:
                self._doubt(
                    "scheme-cell-unread", "warning", cells[column.index].text, "it has no node"
                )
            elif "weight" in column.fields:
                self._weigh(nodes, column, cells[column.index])
            else:
                for node, text in _shared(nodes, cells[column.index]):
                    self._put_fields(node, column, text, id(node) in again)
        self.pending = surplus

    def _leaf_cells(
        self,
        columns: Sequence[SchemeColumn],
        cells: Sequence[Marked],
        named: dict[int, list[Node]],
        again: set[int],
    ) -> list[Node]:
        """Share out what is said of items; gives the items whose own text may follow below."""
        items = named.get(self.lowest, [])
        waited = self._waited(named)
        if not columns:
            return waited
        if not items:
            for column in columns:
                for node, text in _shared(waited or self._fallback(column), cells[column.index]):
                    if waited:
                        node.texts.pop(column.fields[0], None)
                    self._put_fields(node, column, text, id(node) in again)
            if waited:
                self._found_below(waited)
            return []
        main = max(columns, key=lambda c: (len(cells[c.index].paragraphs()), -c.index))
        waiting: list[Node] = []
        for column in columns:
            paragraphs = cells[column.index].paragraphs()
            if self.pending and len(paragraphs) > len(items):
                paragraphs = self._to_pending(column, paragraphs, items)
            text = _joined(paragraphs)
            pairs = list(_shared(items, text))
            for node, part in pairs:
                self._put_fields(node, column, part, id(node) in again)
            if column is main and len({part.text for _, part in pairs}) < len(items):
                waiting = [n for n in items[len(paragraphs) :] if id(n) not in again]
            if waiting and column is main and "data_source" not in column.fields:
                self._doubt(
                    "scheme-cell-shared",
                    "info",
                    text.text,
                    "、".join(n.indicator for n in items) + " stand beside fewer texts",
                )
        return waiting

    def _waited(self, named: dict[int, list[Node]]) -> list[Node]:
        """The items that still wait for their text in a row that names these nodes: all where
        it names none, those below the nodes where it does."""
        codes = {node.code for nodes in named.values() for node in nodes if node.code}
        if not named:
            return self.pending
        return [node for node in self.pending if node.code and above(node.code, codes)]

    def _to_pending(
        self, column: SchemeColumn, paragraphs: list[Marked], items: Sequence[Node]
    ) -> list[Marked]:
        """Leading paragraphs that speak of an item of the row above go to that item."""
        left = list(paragraphs)
        for node in list(self.pending):
            if len(left) <= len(items):
                break
            theirs, ours = (
                nearness(_words(node), left[0].text),
                nearness(_words(items[0]), left[0].text),
            )
            if theirs <= ours:
                break
            node.texts.pop(column.fields[0], None)
            self._put_fields(node, column, left.pop(0), False)
            self._found_below([node])
        return left

    def _put_fields(self, node: Node, column: SchemeColumn, text: Marked, again: bool) -> None:
        fields = [name for name in column.fields if name in TEXT_FIELDS]
        if "definition" in fields and "formula" in fields:
            fields = ["definition"]  # its scoring clauses become the formula in the end
            node.scored_in_definition = True
        for name, part in _labelled(text, fields[0]) if fields else ():
            self._put(node, name, part, again)

    def _fallback(self, column: SchemeColumn) -> list[Node]:
        """Whose a cell is where its level names nothing in this row: a leaf of a higher level
        that the row names, else the node in force."""
        owner = column.owner or self.lowest
        if owner in self.current:
            return [self.current[owner]]
        depths = [depth for depth in self.current if depth < owner]
        return [self.current[max(depths)]] if depths else []

    def _weigh(self, nodes: Sequence[Node], column: SchemeColumn, text: Marked) -> None:
        lines = text.text.split("\n")
        for number, node in enumerate(nodes):
            printed = lines[number] if len(lines) == len(nodes) else text.text
            weight = weight_of(printed)
            if weight is None:
                node.remark = node.remark or printed
            elif node.weight is None:
                node.weight = weight

    # ------------------------------------------------------------ doubts

    def _report_repair(self, placed: Placed) -> None:
        if placed.moved:
            self._doubt(
                "scheme-row-shifted",
                "info",
                None,
                f"its codes stand {abs(placed.moved)} column(s) off; read where they belong",
            )
        if placed.beyond:
            self._doubt(
                "scheme-cell-beyond",
                "info",
                None,
                "cells beyond the last header were read in the blanks that they left",
            )

    def _found_below(self, nodes: Sequence[Node]) -> None:
        names = "、".join(node.indicator for node in nodes)
        self._doubt("scheme-cell-below", "info", None, f"this row has the text of {names}")

    def _twice(self, node: Node, first: str, second: str) -> None:
        self._doubt(
            "scheme-printed-twice",
            "warning",
            second,
            f"{node.indicator} is printed differently on line {node.line}",
            expected=first,
        )

    def _doubt(
        self,
        check: str,
        severity: str,
        printed: str | None,
        evidence: str,
        expected: str | None = None,
    ) -> None:
        assert self.row is not None
        self.reading.doubts.append(
            Doubt(
                check=check,
                severity=severity,  # type: ignore[arg-type]
                line=self.row.line,
                page=self.row.page,
                table_id=self.table.table_id,
                row_number=self.number,
                printed=printed,
                expected=expected,
                evidence=evidence,
            )
        )


def _grammar(table: Table, columns: Sequence[SchemeColumn]) -> frozenset[str]:
    """The shapes of the codes that the columns of nodes print."""
    found: list[str] = []
    for column in columns:
        if not column.level and "code" not in column.fields:
            continue
        for row in table.rows:
            text = row.cells[column.index].text
            whole = whole_code(text) if "code" in column.fields else None
            found += [whole] if whole else [code.text for code in codes_in(Marked.of(text).text)]
    return grammar(found)


def _with_code(declared: Declared, code: str) -> Declared:
    return Declared(
        declared.name, code, declared.weight, declared.remark, declared.text, declared.mark
    )


def _is_text(column: SchemeColumn) -> bool:
    return any(name in TEXT_FIELDS for name in column.fields) and "weight" not in column.fields


def _words(node: Node) -> str:
    return node.name + "".join(text.text for text in node.texts.values())


def _joined(paragraphs: Sequence[Marked]) -> Marked:
    whole = EMPTY
    for paragraph in paragraphs:
        whole = Marked(
            f"{whole.text}\n{paragraph.text}" if whole else paragraph.text,
            f"{whole.mask}0{paragraph.mask}" if whole else paragraph.mask,
        )
    return whole


def _labelled(text: Marked, default: str) -> Iterator[tuple[str, Marked]]:
    """The parts of a text by the labels that its paragraphs begin with (计算方法：)."""
    words = scheme_words()
    name, parts = default, list[Marked]()
    for paragraph in text.paragraphs():
        label = _LABEL.match(paragraph.text)
        named = words.fields.get(label.group(1)) if label else None
        if label and named in TEXT_FIELDS:
            if parts:
                yield name, _joined(parts)
            name, parts = named, []
            paragraph = paragraph[label.end() :].strip()
        if paragraph:
            parts.append(paragraph)
    if parts:
        yield name, _joined(parts)


def _shared(nodes: Sequence[Node], text: Marked) -> Iterator[tuple[Node, Marked]]:
    """Which node gets which paragraphs of a cell.

    As many as nodes: one each. One: all share it. Fewer: one each from the top. More: in
    order, each with the node whose words it shares most.
    """
    paragraphs = text.paragraphs()
    if len(nodes) == 1 or not nodes:
        yield from ((node, text) for node in nodes)
    elif len(paragraphs) == 1:
        parts = _numbered(paragraphs[0], len(nodes)) or [paragraphs[0]] * len(nodes)
        yield from zip(nodes, parts, strict=True)
    elif len(paragraphs) <= len(nodes):
        yield from zip(nodes, paragraphs, strict=False)
    else:
        for node, group in _partition(nodes, paragraphs):
            yield node, _joined(group)


def _numbered(text: Marked, count: int) -> list[Marked]:
    """The numbered clauses of one paragraph (1.… 2.…) where there is one a node, else none."""
    starts = [
        m.start() for m in re.finditer(r"(?:^|(?<=[。；;\s]))\d{1,2}[.、．](?!\d)", text.text)
    ]
    if len(starts) != count or starts[0] != 0:
        return []
    return [
        text[start:end].strip()
        for start, end in zip(starts, [*starts[1:], len(text.text)], strict=True)
    ]


def _partition(
    nodes: Sequence[Node], paragraphs: Sequence[Marked]
) -> Iterator[tuple[Node, list[Marked]]]:
    """Paragraphs in order among more nodes than one: on to the next node when it is nearer."""
    groups: list[list[Marked]] = [[] for _ in nodes]
    at = 0
    for number, paragraph in enumerate(paragraphs):
        left = len(paragraphs) - number
        if groups[at] and at + 1 < len(nodes):
            must = left <= len(nodes) - 1 - at
            here = nearness(_words(nodes[at]), paragraph.text)
            if must or nearness(_words(nodes[at + 1]), paragraph.text) > here:
                at += 1
        groups[at].append(paragraph)
    yield from zip(nodes, groups, strict=True)
