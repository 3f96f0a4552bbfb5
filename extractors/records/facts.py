"""The row of ``documents``: what a document says about itself in simple patterns.

A sidecar's word goes before the document's. ISBNs, official document numbers and the date
a document is signed with are read; anything that needs the prose is not.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from extractors.model import Block, Extraction
from extractors.records.context import EditionContext
from extractors.records.labels import squeeze
from extractors.values import chinese_number

_ISBN = re.compile(r"ISBN[\s:：]*((?:97[89][-\s]?)?\d(?:[-\s]?\d){8}[-\s]?[\dXx])")
_NUMBER = re.compile(r"[〔﹝\[［（(]\s*((?:19|20)\d{2})\s*[〕﹞\]］）)]\s*第?\s*(\d{1,5})\s*号")
#: The issuer's short name before the year: 国办发, 发改高技, 渝府办发.
_ISSUER = re.compile(r"[\u4e00-\u9fff]{2,8}$")
#: Words of the sentence that a number is cited in, which are no part of the issuer.
_CITING = re.compile(
    r"贯彻|落实|根据|依据|依照|按照|执行|印发|转发|下发|文件|意见|通知|办法|决定|规定|方案|规划|纲要|条例|批复|公告"
    r"|[的和与及为由以在]"
)
_DATE = re.compile(r"^((?:19|20)\d{2})年(?:(1[0-2]|0?[1-9])月)?(?:(3[01]|[12]\d|0?[1-9])日)?$")
_CHINESE_DATE = re.compile(
    r"^([一二][〇○零0一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日$"
)

#: A document's own number stands under its title, and the date it is signed with under the
#: title or at the end; elsewhere they are references and events.
HEAD_LINES = 60

#: Characters before the year in which the issuer is looked for.
LONGEST_ISSUER = 16

#: A line of a date alone has at most 二〇一八年十二月二十二日, with blanks between.
LONGEST_DATE = 30

#: Numbers kept in the facts. A yearbook cites hundreds, which are no facts about itself.
MOST_NUMBERS = 20


def document_row(extraction: Extraction, edition: EditionContext) -> dict[str, Any]:
    """The row of ``documents``. ``accounting`` counts what was recovered and withheld; what
    was landed and quarantined is added by the checks."""
    document, sidecar = extraction.document, edition.sidecar
    numbers = _document_numbers(extraction.blocks)
    dates = _dates(extraction.blocks, len(extraction.labels))
    isbns = _isbns(extraction.blocks)
    head = next((number for number, line in numbers if line <= HEAD_LINES), None)
    facts = {
        "isbn": isbns,
        "document_numbers": [number for number, _ in numbers][:MOST_NUMBERS],
        "dates": dates,
    }
    return {
        "name": document.name,
        "title": sidecar.get("title") or document.title,
        "publisher": edition.publisher or sidecar.get("publisher"),
        "document_number": sidecar.get("document_number") or head,
        "published": _published(sidecar.get("published") or sidecar.get("date"), dates),
        "edition_year": edition.year,
        "media_type": document.media_type,
        "revision": int(sidecar.get("revision") or 1),
        "licence": sidecar.get("licence"),
        "source": sidecar.get("source") or sidecar.get("url"),
        "facts": _json({name: fact for name, fact in facts.items() if fact}),
        "accounting": _json(accounting(extraction)),
    }


def accounting(extraction: Extraction) -> dict[str, Any]:
    """Lines by label, rows recovered by table, and what was withheld."""
    return {
        "tables": {table.table_id: {"recovered": len(table.rows)} for table in extraction.tables},
        "lines": dict(sorted(Counter(extraction.labels).items())),
        "withheld": dict(sorted(extraction.withheld.items())),
    }


def _published(stated: Any, dates: list[str]) -> str | None:
    """The sidecar's date, else the only date that stands in a line of its own."""
    if stated:
        return str(stated)
    return dates[0] if len(dates) == 1 else None


def _isbns(blocks: Iterable[Block]) -> list[str]:
    found = (
        match for block in blocks if "ISBN" in block.text for match in _ISBN.finditer(block.text)
    )
    return list(dict.fromkeys(re.sub(r"\s+", "-", match.group(1).strip()) for match in found))


def _document_numbers(blocks: Iterable[Block]) -> list[tuple[str, int]]:
    """Official numbers (国办发〔2016〕1号) with the line of the block, each once."""
    found: dict[str, int] = {}
    for block in blocks:
        if "号" not in block.text:
            continue
        for match in _NUMBER.finditer(block.text):
            before = block.text[max(0, match.start() - LONGEST_ISSUER) : match.start()]
            issuer = _ISSUER.search(_CITING.split(before)[-1].rstrip())
            if issuer:
                number = f"{issuer.group()}〔{match.group(1)}〕{match.group(2)}号"
                found.setdefault(number, block.line)
    return list(found.items())


def _dates(blocks: Iterable[Block], lines: int) -> list[str]:
    """Dates in a block of their own at the head or the end, as a notice is signed, ISO 8601."""
    short = (
        squeeze(block.text)
        for block in blocks
        if len(block.text) <= LONGEST_DATE
        and (block.line <= HEAD_LINES or block.line > lines - HEAD_LINES)
    )
    return list(dict.fromkeys(date for text in short if (date := _iso_date(text))))


def _iso_date(text: str) -> str | None:
    if match := _DATE.match(text):
        year, month, day = match.groups()
        if not month:
            return None  # a bare year is a heading as often as a date
        return f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")
    if match := _CHINESE_DATE.match(text):
        year, month, day = (chinese_number(part) for part in match.groups())
        if year and month and day and month <= 12 and day <= 31:
            return f"{year}-{month:02}-{day:02}"
    return None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=False)
