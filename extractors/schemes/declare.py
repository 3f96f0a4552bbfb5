"""Where a cell names indicators: code, name, weight, remark, and the text that belongs to each.

A mention (与分项 L1P1-A1 要求相同) names no node: a node is declared by a code in brackets behind its
name and before a colon, by a code that leads or ends a line with a name and nothing else, or,
in a scheme without codes, by the line itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.schemes.codes import Code, codes_in, shape, whole_code
from extractors.schemes.headers import SchemeColumn
from extractors.schemes.text import EMPTY, Marked, joined_name
from schemas.schemes import scheme_words
from schemas.units import half_width

#: A longer run of words before a colon is a sentence, not a name.
LONGEST_NAME = 80

_NUMBERING = re.compile(
    r"^\s*(?:\d{1,2}\s*(?:[、．]|\.(?!\d+(?![\dA-Za-z])))|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]"
    r"|[一二三四五六七八九十]{1,3}\s*[、.．]|[①-⑳])\s*"
)
_ITEM_START = re.compile(r"(?:^|[\s。；;])(\d{1,2}\s*[.、．](?!\d+(?![\dA-Za-z]))\s*)")
_SENTENCE = re.compile(r"[\n。；;]")
_AMOUNT = r"(?:指标)?(?:权重|分值|满分|占比|占|共|计)?(?:为|是|[:：])?\s*(\d+(?:\.\d+)?)\s*(%|分)?"
_WEIGHT_BRACKET = re.compile(rf"\s*[（(\[【]\s*{_AMOUNT}\s*[)）\]】]")
_WEIGHT_END = re.compile(r"[\s,，、:：]+(?:权重|分值)?[为:：]?\s*(\d+(?:\.\d+)?)\s*([%％]|分)\s*$")
_BRACKET = re.compile(r"\s*[（(]([^（()）]*(?:[（(][^（()）]*[)）][^（()）]*)*)[)）]")
_CLOSE = re.compile(r"\s*(?:[,，、;；:：\s]\s*([^（()）\n]*?))?\s*[)）]")
_COLON = re.compile(r"\s*[:：]")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight as printed; ``unit`` is ``%``, ``分`` or None where only a number is printed."""

    number: float
    unit: str | None
    printed: str


@dataclass(frozen=True, slots=True)
class Declared:
    """A node that a cell names. ``text`` is what the cell says of it behind its name."""

    name: str
    code: str | None = None
    weight: Weight | None = None
    remark: str | None = None
    text: Marked = EMPTY
    mark: Marked = EMPTY


@dataclass(frozen=True, slots=True)
class _Head:
    """A declaration's place: [start, end) is its head, the text of the node follows."""

    start: int
    end: int
    name: str
    code: str | None
    weight: Weight | None
    remark: str | None


def weight_of(text: str) -> Weight | None:
    """A cell that is a weight: ``20%``, ``5分``, ``0.2``, ``（15）``."""
    printed = "".join(text.split())
    match = re.fullmatch(rf"[（(\[]?{_AMOUNT}[)）\]]?", half_width(printed).strip())
    return Weight(float(match.group(1)), match.group(2), printed) if match else None


def declared_in(
    cell: Marked, shapes: frozenset[str], column: SchemeColumn, *, elsewhere: bool = False
) -> list[Declared]:
    """The nodes that a cell names, in order.

    ``shapes`` is the grammar of the scheme's codes, empty where it has none. ``elsewhere`` says
    that the column does not name nodes: there only a whole declaration with a colon counts.
    """
    if not cell:
        return []
    if not shapes:
        heads = [] if elsewhere else _uncoded(cell.text, column)
    else:
        heads = _coded(cell.text, shapes, elsewhere)
    ends = [*(head.start for head in heads[1:]), len(cell.text)]
    return [
        Declared(
            head.name,
            head.code,
            head.weight,
            head.remark,
            cell[head.end : following].strip(),
            cell[head.start : head.end],
        )
        for head, following in zip(heads, ends, strict=False)
    ]


# ---------------------------------------------------------------- with codes


def _coded(text: str, shapes: frozenset[str], elsewhere: bool) -> list[_Head]:
    heads: list[_Head] = []
    for code in codes_in(text):
        if shape(code.text) not in shapes or (heads and code.start < heads[-1].end):
            continue
        floor = heads[-1].end if heads else 0
        head = _bracketed(text, code, floor)
        if elsewhere and head and text[head.end - 1] not in ":：":
            head = None
        if head is None and not elsewhere:
            head = _leading(text, code) or _trailing(text, code)
        if head:
            heads.append(head)
    whole = whole_code(text)
    if not heads and not elsewhere and whole and shape(whole) in shapes:
        heads.append(_Head(0, len(text), "", whole, None, None))
    if not heads and not elsewhere:
        heads += _numbered_top(text, shapes)
    return heads


def _bracketed(text: str, code: Code, floor: int) -> _Head | None:
    """``3.网上统一入口率 (L1P1-A3) :`` or ``惠民服务（L1，26%）``."""
    before = text[floor : code.start].rstrip()
    if not before.endswith(("(", "（")):
        return None
    close = _CLOSE.match(text, code.end)
    if close is None:
        return None
    start = floor + _name_start(before[:-1])
    name = _clean(text[start : floor + len(before) - 1])
    if not _is_name(name):
        return None
    said = close.group(1)
    weight = weight_of(said) if said else None
    remark = said if said and not weight else None
    end, more, remarks = _brackets(text, close.end())
    colon = _COLON.match(text, end)
    if not colon and text[end:].split("\n")[0].strip():
        return None
    remark = remark or "；".join(remarks) or None
    return _Head(start, colon.end() if colon else end, name, code.text, weight or more, remark)


def _leading(text: str, code: Code) -> _Head | None:
    """``A1.2.3 一站式办理率（5分）：`` at the start of a line."""
    start = text.rfind("\n", 0, code.start) + 1
    if _NUMBERING.sub("", text[start : code.start]).strip():
        return None
    line_end = text.find("\n", code.end)
    line = text[code.end : line_end if line_end >= 0 else len(text)]
    colon = re.search(r"[:：]", line)
    head = line[: colon.start()] if colon else line
    if "=" in head or "＝" in head or (not colon and re.search(r"[。；，;,]", head)):
        return None
    name, weight, remark = split_name(head.lstrip(" .、．:：-—"))
    if not _is_name(name):
        return None
    end = code.end + (colon.end() if colon else len(line))
    return _Head(start, end, name, code.text, weight, remark)


def _trailing(text: str, code: Code) -> _Head | None:
    """``惠民服务 L1 (26%)``: a line that is a name, a code and brackets."""
    start = text.rfind("\n", 0, code.start) + 1
    end, weight, remarks = _brackets(text, code.end)
    tail = text[end:].split("\n")[0]
    if tail.strip():
        return None
    name = _clean(text[start : code.start])
    return (
        _Head(start, end, name, code.text, weight, "；".join(remarks) or None)
        if _is_name(name)
        else None
    )


def _numbered_top(text: str, shapes: frozenset[str]) -> list[_Head]:
    """``1 基础设施`` above ``1.1``: a number is the code of a top where codes are numbers."""
    match = re.match(r"^(\d{1,2})(?:[.、．]\s*|\s+)(?=[\u3400-\u9fff])", text)
    if not match or not any(form.startswith("9") and "X" not in form for form in shapes):
        return []
    line = text.split("\n")[0]
    name, weight, remark = split_name(line[match.end() :])
    return [_Head(0, len(line), name, match.group(1), weight, remark)] if _is_name(name) else []


# ---------------------------------------------------------------- without codes


def _uncoded(text: str, column: SchemeColumn) -> list[_Head]:
    """The line is the name; where the column says more of the node, the name ends at a colon."""
    if not set(column.fields) - {"weight", "code"}:
        name, weight, remark = split_name(" ".join(text.split()))
        return [_Head(0, len(text), name, None, weight, remark)] if name else []
    heads = []
    labels = scheme_words().fields
    position = 0
    for number, line in enumerate(text.split("\n")):
        head, colon, _ = _until_colon(line)
        numbered = bool(_NUMBERING.match(line))
        name, weight, remark = split_name(head)
        first = number == 0
        if (first or (colon and numbered)) and name not in labels and _is_name(name):
            end = position + len(head) + len(colon)
            heads.append(_Head(position, end, name, None, weight, remark))
        position += len(line) + 1
    return heads


def _until_colon(line: str) -> tuple[str, str, str]:
    found = re.search(r"[:：]", line)
    return (line[: found.start()], found.group(), line[found.end() :]) if found else (line, "", "")


# ---------------------------------------------------------------- names


def split_name(text: str) -> tuple[str, Weight | None, str | None]:
    """A name without numbering, its weight, and what brackets at its end say besides."""
    text = _NUMBERING.sub("", text.strip(), count=1)
    weight = None
    remark = None
    while True:
        match = _WEIGHT_BRACKET.search(half_width(text))
        if match and not half_width(text)[match.end() :].strip(" ()（），,"):
            weight = _weight(match, text)
            text = text[: match.start()] + text[match.end() :]
        elif match and not weight and _BRACKET.fullmatch(text, match.end()):
            weight = _weight(match, text)
            remark = text[match.end() :].strip(" ()（）")
            text = text[: match.start()]
        else:
            break
    if weight is None and (match := _WEIGHT_END.search(text)):
        weight = _weight(match, text)
        text = text[: match.start()]
    tail = re.search(r"[（(]([^（()）]*)[)）]\s*$", text)
    if remark is None and tail and _is_remark(tail.group(1)):
        remark, text = tail.group(1), text[: tail.start()]
    return joined_name(text.strip(" :：，,")), weight, remark


def _is_remark(text: str) -> bool:
    return any(word in text for listed in scheme_words().kinds.values() for word in listed)


def _weight(match: re.Match[str], text: str) -> Weight:
    unit = match.group(2)
    printed = text[match.start() : match.end()].strip(" ()（）[]【】,，、:：")
    return Weight(float(match.group(1)), "%" if unit == "％" else unit, "".join(printed.split()))


def _brackets(text: str, position: int) -> tuple[int, Weight | None, list[str]]:
    """The brackets from a position on: a weight, and remarks."""
    weight, remarks = None, []
    while match := _BRACKET.match(text, position):
        found = weight_of(match.group(1))
        if found and weight is None:
            weight = found
        else:
            remarks.append(match.group(1).strip())
        position = match.end()
    return position, weight, remarks


def _name_start(before: str) -> int:
    """Where the name at the end of a text starts: behind a sentence or the numbering."""
    sentences = list(_SENTENCE.finditer(before.rstrip()))
    start = sentences[-1].end() if sentences else 0
    numbered = list(_ITEM_START.finditer(before, start))
    return numbered[-1].start(1) if numbered else start


def _clean(text: str) -> str:
    return joined_name(_NUMBERING.sub("", text.strip(), count=1)).strip(" :：，,")


def _is_name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and bool(_HAN.search(text)) and "=" not in text
