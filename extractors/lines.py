"""What single lines of a document are: captions, unit lines, notes, headings, prose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from extractors.layouts.fragment import VALUE_KINDS, Page, is_page_number
from extractors.units import find_unit_line
from extractors.values import kind_of
from schemas.vocabulary import Vocabulary, fold, simplify, squeeze

#: A line longer than this is no caption: the longest of 250 real ones has 47 characters.
LONGEST_CAPTION = 72

#: A text up to this length that ends as a title does may still be a header (得分情况).
SHORT_TITLE = 10

#: How far above a table its caption may stand, in lines with text.
CAPTION_REACH = 6

_NUMERALS = "一二三四五六七八九十百\\d"
_ENUMERATED = re.compile(
    rf"^(?:[（(][{_NUMERALS}]{{1,4}}[)）]|[{_NUMERALS}]{{1,4}}\s*(?:、|[.．](?!\d))|第[{_NUMERALS}]{{1,4}}[章节篇部分]"
    rf"|【.{{1,40}}】$|[①-⑳])"
)
_LEVELS = (
    re.compile(rf"^第[{_NUMERALS}]{{1,4}}[章篇部]"),
    re.compile(r"^第[一二三四五六七八九十\d]{1,4}节|^【"),
    re.compile(r"^[一二三四五六七八九十百]{1,4}\s*[、.．]"),
    re.compile(r"^[（(][一二三四五六七八九十百]{1,4}[)）]"),
    re.compile(r"^\d{1,3}\s*(?:、|[.．](?!\d))"),
    re.compile(r"^[（(]\d{1,3}[)）]"),
)
_YEAR_START = re.compile(r"^(?:19|20)\d{2}")
_DATE_LINE = re.compile(r"^(?:19|20)\d{2}\s*年[\d\s年月日]*$")
_PROSE_END = ("。", "；", ";", "，", ",", "、", "！", "？")
_UNIT_TAIL = re.compile(r"\s*[（(]?\s*(?:计量)?单位\s*[:：]\s*([^）)]+?)\s*[)）]?\s*$")
_CONTINUED_PART = re.compile(
    r"^[续續](?=表|图表|圖表|附表)|[（(]\s*[续續](?:上?表)?[一二三四五六七八九十\d]*\s*[)）]\s*$"
)
_FIGURE = re.compile(r"^(?:附?图|专栏|照片)\s*[\d一二三四五六七八九十]")
_HEADING_PUNCTUATION = re.compile(r"[，,；;：:。！？]")


@dataclass(frozen=True, slots=True)
class Above:
    """What stands above a table: the caption with its place, the unit, a mark of continuation."""

    caption: str | None = None
    caption_index: int | None = None
    unit: str | None = None
    continued: bool = False
    first_index: int | None = None


class Lines:
    """Reads single lines of a page with the vocabulary at hand."""

    def __init__(self, page: Page, vocabulary: Vocabulary) -> None:
        self.page = page
        self.texts = page.texts
        self.vocabulary = vocabulary

    @cached_property
    def _strong(self) -> re.Pattern[str]:
        words = sorted(self.vocabulary.words("captions", "strong"), key=len, reverse=True)
        return re.compile(
            rf"^[续]?(?:{'|'.join(map(re.escape, words))})\s*"
            rf"(?:[{_NUMERALS}A-Za-z]{{1,3}}(?:[-—－.．]\s*\d{{1,3}})*)(?![年月])"
        )

    @cached_property
    def _continued(self) -> re.Pattern[str]:
        words = "|".join(map(re.escape, self.vocabulary.words("captions", "continued")))
        return re.compile(rf"^[（(]?(?:{words})[\s\d一二三四五六七八九十\-—.:：()（）]*$")

    @cached_property
    def _tails(self) -> tuple[str, ...]:
        return self.vocabulary.words("captions", "tails")

    @cached_property
    def _title_ends(self) -> tuple[str, ...]:
        return self.vocabulary.words("captions", "titles")

    @cached_property
    def _note(self) -> re.Pattern[str]:
        words = "|".join(map(re.escape, self.vocabulary.words("notes")))
        return re.compile(
            rf"^[*※＊(（【\[]{{0,2}}(?:{words})\s*\d{{0,2}}[】\]]?\s*[:：.．]|^[*※＊①-⑳]\s*\S|^(?:{words})\d?\s*[:：]"
        )

    def is_strong_caption(self, text: str) -> bool:
        """A line that numbers a table: 表3 …, 图表 12 …, 附件1：…"""
        return (
            len(text) <= LONGEST_CAPTION
            and not text.endswith("。")
            and bool(self._strong.match(simplify(text)))
        )

    def is_numbered_caption(self, text: str) -> bool:
        """The caption of a table or a figure; a heading is neither."""
        return self.is_strong_caption(text) or bool(_FIGURE.match(simplify(text)))

    def is_continued(self, text: str) -> bool:
        """续表, 续表3, (续上表)."""
        return len(text) <= LONGEST_CAPTION and bool(self._continued.match(simplify(squeeze(text))))

    def continues(self, text: str) -> bool:
        """A mark of continuation on its own (续表) or behind a caption (表3 …（续）)."""
        return self.is_continued(text) or bool(_CONTINUED_PART.search(text))

    def without_continued(self, text: str) -> str:
        """A caption without its （续）."""
        return _CONTINUED_PART.sub("", text).strip()

    def is_note(self, text: str) -> bool:
        """注：…, 数据来源：…, *带星号…"""
        return bool(self._note.match(simplify(text[:LONGEST_CAPTION])))

    def unit_of(self, text: str) -> str | None:
        """The unit that a line of its own states (单位：亿元)."""
        return find_unit_line(simplify(text)) if len(text) <= 40 else None

    def is_unit_line(self, text: str) -> bool:
        """Whether a line states a unit and nothing else."""
        return (
            "位" in text
            and bool(self.unit_of(text))
            and not _UNIT_TAIL.sub("", simplify(text)).strip()
        )

    def is_enumerated(self, text: str) -> bool:
        """A line that begins as a heading does: 一、 （二） 3、 第四章"""
        return bool(_ENUMERATED.match(text))

    def is_heading(self, text: str) -> bool:
        """A short line that is no sentence."""
        return (
            1 < len(text) <= 40
            and not text.endswith(_PROSE_END)
            and "\t" not in text
            and not _HEADING_PUNCTUATION.search(text.rstrip("：:"))
        )

    def level(self, text: str) -> int:
        """How deep a heading is (0 outermost); an unnumbered one opens a new part."""
        for level, pattern in enumerate(_LEVELS, start=1):
            if pattern.match(text):
                return level
        return 0

    def may_be_caption(self, text: str) -> bool:
        """Whether a line may be the title of the table below it."""
        if not text or len(text) > LONGEST_CAPTION or text.endswith(_PROSE_END) or "。" in text:
            return False
        if is_page_number(text) or kind_of(text) in VALUE_KINDS:
            return False
        if self.is_strong_caption(text) or self.is_enumerated(text):
            return True
        if text.endswith(("：", ":")):
            return self._has_tail(text) and "，" not in text and "," not in text
        return len(squeeze(text)) >= 2 and not ("，" in text and len(text) > 30)

    def is_marked_title(self, text: str) -> bool:
        """Whether a line says by its numbering or its colon that it is a title."""
        return (
            self.is_strong_caption(text) or self.is_enumerated(text) or text.endswith(("：", ":"))
        )

    def is_title(self, text: str) -> bool:
        """Whether a line can only be a title: marked as one, or long and ending as one."""
        return self.is_marked_title(text) or self.is_title_by_end(text)

    def is_title_by_end(self, text: str) -> bool:
        """Whether a long line ends as titles of tables do."""
        bare = re.sub(r"[（(][^（）()]*[)）]|[\s：:]|前\d+[名强位]", "", simplify(text))
        return len(bare) > SHORT_TITLE and bare.endswith(self._title_ends)

    def is_table_title(self, text: str) -> bool:
        """Whether a line is no header over columns: it names the table (…对比表), or is longer
        than headers are and ends as captions do."""
        bare = re.sub(r"[（(][^（）()]*[)）]|[\s：:]", "", simplify(text))
        return bare.endswith(self.vocabulary.words("captions", "names")) or (
            len(bare) > SHORT_TITLE and self._has_tail(text)
        )

    def _is_remark(self, text: str) -> bool:
        """Whether a line says when or by whom a table was made (制表日期：2018年4月)."""
        key, colon, value = simplify(text[:LONGEST_CAPTION]).replace(":", "：").partition("：")
        return bool(colon and value.strip()) and squeeze(key).endswith(self._remarks)

    @cached_property
    def _remarks(self) -> tuple[str, ...]:
        return self.vocabulary.words("captions", "remarks")

    def _has_tail(self, text: str) -> bool:
        bare = re.sub(r"[（(][^（）()]*[)）]|[\s：:]", "", simplify(text))
        return bare.endswith(self._tails)

    def above(self, index: int, floor: int) -> Above:
        """What stands above the line ``index``, not looking beyond the line ``floor``."""
        unit, continued, seen = None, False, 0
        position = index - 1
        while position >= floor and seen < CAPTION_REACH:
            text = self.texts[position]
            if not text or self.page.is_furniture(position):
                position -= 1
                continue
            below_other = position + 1 in self.page.captions_below
            if self.page.claimed[position] or below_other or self.is_note(text):
                break
            seen += 1
            if self.is_unit_line(text):
                unit = unit or self.unit_of(text)
            elif self._is_remark(text):
                pass
            elif self.is_continued(text):
                continued = True
            elif self.may_be_caption(text):
                return self._caption(position, floor, unit, continued)
            else:
                break
            position -= 1
        return Above(unit=unit, continued=continued)

    def _caption(self, position: int, floor: int, unit: str | None, continued: bool) -> Above:
        text = self.texts[position]
        first = position
        upper = self._wrapped_above(position, floor)
        if upper is not None:
            text, first = f"{self.texts[upper]}{text}", upper
        tail = _UNIT_TAIL.search(simplify(text))
        if tail:
            unit, text = unit or tail.group(1), text[: tail.start()]
        bare = self.without_continued(text)
        if bare != text:
            continued, text = True, bare
        return Above(text.strip(), first, unit, continued, first)

    def _wrapped_above(self, position: int, floor: int) -> int | None:
        """The line above, where the caption began there and was broken."""
        text = self.texts[position]
        if (
            self.is_strong_caption(text)
            or self.is_enumerated(text)
            and not text.startswith(("(", "（"))
        ):
            return None
        upper = position - 1
        while upper >= floor and not self.texts[upper]:
            upper -= 1
        if upper < floor or position - upper > 2 or self.page.claimed[upper]:
            return None
        above = self.texts[upper]
        if len(above) + len(text) > LONGEST_CAPTION or above.endswith((*_PROSE_END, "：", ":")):
            return None
        if _DATE_LINE.match(above):
            return None
        strong, bracket = self.is_strong_caption(above), text.startswith(("(", "（"))
        if strong and (bracket or not self._has_tail(above)):
            return upper
        if _YEAR_START.match(above) and not _YEAR_START.match(text) and not self._has_tail(above):
            return upper if self._has_tail(text) and not self.is_enumerated(text) else None
        return None


__all__ = ["Above", "Lines", "fold"]
