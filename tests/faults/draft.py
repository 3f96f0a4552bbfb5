"""An edition before it is printed: tables as lists of texts, and the prose between them.

A fault is a change of one text. The draft is printed with tabs or bars and read by the
extractors like any document; afterwards every table and paragraph knows its lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from extractors.areas import Register
from extractors.pipeline import extract
from extractors.records import EditionContext, records

Grid = list[list[str]]


@dataclass
class Sheet:
    """A table to be printed, with the prose before and behind it by a name of its own.

    ``lines`` are those of its rows once it is printed.
    """

    name: str
    title: str
    header: Grid
    rows: Grid
    number: int = 0
    heading: str = ""
    before: dict[str, str] = field(default_factory=dict)
    behind: dict[str, str] = field(default_factory=dict)
    caption_line: int = 0
    header_line: int = 0
    heading_line: int = 0
    lines: list[int] = field(default_factory=list)
    prose_lines: dict[str, int] = field(default_factory=dict)


@dataclass
class Draft:
    """An edition before it is printed. ``bars`` prints tables between bars, not tabs."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    listed: list[tuple[int, str]] = field(default_factory=list)
    bars: bool = False
    contents_line: int = 0

    def add(self, name: str, title: str, header: Grid, rows: Grid) -> Sheet:
        """A table with the next number, and its line of the contents."""
        number = len(self.sheets) + 1
        sheet = Sheet(name, title, header, rows, number, f"({_NUMERALS[number]}){title[:12]}分析")
        self.sheets[name] = sheet
        self.listed.append((number, title))
        return sheet

    def printed(self) -> str:
        """The document, one row a line."""
        lines = ["2016年测试城市评估报告", "", "图表目录", ""]
        self.contents_line = len(lines)
        lines += [f"图表 {n} {title}..... {n + 10}" for n, title in self.listed]
        for sheet in self.sheets.values():
            lines += ["", sheet.heading, ""]
            sheet.heading_line = len(lines) - 1
            _prose(lines, sheet, sheet.before)
            lines += ["以下各项结果由测试数据计算得出,供核对程序使用。", ""]
            lines.append(f"图表 {sheet.number} {sheet.title}")
            sheet.caption_line = len(lines)
            lines.append("")
            lines += [self._row(row) for row in sheet.header]
            sheet.header_line = len(lines)
            sheet.lines = [len(lines) + i for i in range(1, len(sheet.rows) + 1)]
            lines += [self._row(row) for row in sheet.rows]
            lines.append("")
            _prose(lines, sheet, sheet.behind)
        return "\n".join(lines) + "\n"

    def _row(self, cells: list[str]) -> str:
        return f"| {' | '.join(cells)} |" if self.bars else "\t".join(cells)


_NUMERALS = ("", *"一二三四五六七八九十", *("十" + one for one in "一二三四五六七八九"))


def _prose(lines: list[str], sheet: Sheet, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        lines.append(text)
        sheet.prose_lines[name] = len(lines)
        lines.append("")


def findings(draft: Draft, register: Register) -> list[dict[str, Any]]:
    """The errors and warnings of a draft that is printed and read, in the order of its lines."""
    extraction = extract(draft.printed().encode(), "test.txt", is_name=register.is_name)
    edition = EditionContext("test-index-2016", 2016, "test.txt")
    found = records(extraction, edition, register)["findings"]
    return [row for row in found if row["severity"] in ("error", "warning")]
