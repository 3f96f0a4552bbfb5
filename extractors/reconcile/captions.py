"""Caption numbers and titles: in the body, in the contents, and between the two."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process

from extractors.model import Document, Doubt, Line, LineLabel
from extractors.reconcile.finding import at_line
from extractors.records.labels import squeeze
from schemas.units import half_width

_CAPTION = re.compile(
    r"^\s*(?P<word>图表|附表|附图|图|表)\s*(?P<number>\d{1,3}?)(?=(?:19|20)\d{2}(?!\d)|\D|$)"
    r"(?:\s*[-—–.．](?P<minor>\d{1,3})(?!\d))?\s*[:：、.．]?\s*(?P<title>.*)$"
)
#: A line of contents: leaders, a tab or a dashed number before its page.
_ENTRY = re.compile(
    r"^(?P<title>.+?)\s*(?:[.．…·•]{2,}|\t)[\s.．…·•]*(?P<open>[-—–]?)\s*(?P<page>\d{1,4})\s*[-—–]?\s*$"
)
#: 图4所示 … begins a sentence.
_SENTENCE = re.compile(
    r"^(?:所示|中(?![国央小部西东心间外])|是|为|显示|给出|可知|可见|的|说明|反映|和|与|、)|[。；]$"
)

#: Fewer captions are no sequence, and where more than this share are out of it they are
#: numbered by another rule.
LEAST_CAPTIONS = 4
MOST_ODD = 0.15

#: A longer line is prose: of 250 captions the longest has 47 characters.
LONGEST = 72


@dataclass(frozen=True, slots=True)
class Caption:
    """A printed caption: 图表 12 as (图表, None, 12), and its title without white space."""

    word: str
    chapter: int | None
    number: int
    title: str
    line: int
    page: int | None

    @property
    def printed(self) -> str:
        chapter = "" if self.chapter is None else f"{self.chapter}-"
        return f"{self.word}{chapter}{self.number}"


def captions_of(
    document: Document, labels: Sequence[LineLabel]
) -> tuple[list[Caption], list[Caption]]:
    """The captions of the contents and those of the body, in the order of the lines."""
    contents: list[Caption] = []
    body: list[Caption] = []
    for line, label in zip(document.lines, labels, strict=False):
        start = line.text.lstrip()[:1]
        if start not in _STARTS or label in _TABLE_LABELS:
            continue
        entry = _ENTRY.match(line.text)
        caption = _caption(entry["title"] if entry else line.text, line.number, line.page)
        if caption is not None:
            (contents if entry else body).append(caption)
    return contents, body


_STARTS = frozenset("图表附")


def _caption(text: str, line: int, page: int | None) -> Caption | None:
    match = _CAPTION.match(text) if len(text) <= LONGEST else None
    if not match:
        return None
    title = squeeze(match["title"])
    if not title or _SENTENCE.search(title):
        return None
    number, minor = int(match["number"]), match["minor"]
    chapter = number if minor else None
    return Caption(match["word"], chapter, int(minor or number), title, line, page)


def caption_numbers(contents: Sequence[Caption], body: Sequence[Caption]) -> Iterator[Doubt]:
    """Numbers that repeat, skip or stand out of place; then the two lists against each other."""
    agreed = _agreed(contents, body)
    for listed in (contents, body):
        runs: dict[int | None, list[Caption]] = defaultdict(list)
        for caption in listed:
            runs[caption.chapter].append(caption)
        for run in runs.values():
            # Tables and figures count by themselves, or share one count (表1, 图2, 表3).
            words: dict[str, list[Caption]] = defaultdict(list)
            for caption in run:
                words[caption.word].append(caption)
            apart = [doubt for own in words.values() for doubt in _sequence(own)]
            shared = list(_sequence(run))
            odd = min(apart, shared, key=len)
            if listed is body:
                odd = [doubt for doubt in odd if doubt.line not in agreed]
            if len(run) >= LEAST_CAPTIONS and len(odd) <= max(1, MOST_ODD * len(run)):
                yield from odd
    yield from _against_contents(contents, body)
    for listed in (contents, body):
        yield from _same_titles(listed)


def _sequence(run: Sequence[Caption]) -> Iterator[Doubt]:
    """One number after the other, from 1 again in every article."""
    last = run[0].number
    for place, caption in enumerate(run[1:], start=1):
        number = caption.number
        behind = run[place + 1].number if place + 1 < len(run) else None
        if number in (last + 1, 1):
            last = number
            continue
        yield at_line(
            "caption-number",
            caption.line,
            caption.page,
            printed=caption.printed,
            expected=f"{caption.word}{last + 1}",
            evidence=f"after {run[place - 1].printed}, line {run[place - 1].line}",
        )
        if behind == last + 1:  # one number out of place among others that count on
            continue
        # A number printed twice where the next one belongs: 61, 61, 63.
        last = last + 1 if number == last and behind == last + 2 else number


def _against_contents(contents: Sequence[Caption], body: Sequence[Caption]) -> Iterator[Doubt]:
    listed = _once(contents)
    for caption in _once(body).values():
        other = listed.get((caption.word, caption.title))
        if other and (other.chapter, other.number) != (caption.chapter, caption.number):
            yield at_line(
                "caption-number-contents",
                caption.line,
                caption.page,
                printed=caption.printed,
                expected=other.printed,
                evidence=f"the contents, line {other.line}: {other.printed} {other.title}",
            )


def _agreed(contents: Sequence[Caption], body: Sequence[Caption]) -> set[int]:
    """The lines of captions whose number the contents give too: their neighbours are off."""
    listed = _once(contents)
    return {
        caption.line
        for caption in body
        if (other := listed.get((caption.word, caption.title)))
        and (other.chapter, other.number) == (caption.chapter, caption.number)
    }


def _once(captions: Iterable[Caption]) -> dict[tuple[str, str], Caption]:
    """The captions whose title stands once."""
    listed = list(captions)
    counts = Counter((caption.word, caption.title) for caption in listed)
    return {key: caption for caption in listed if counts[key := (caption.word, caption.title)] == 1}


def _same_titles(captions: Sequence[Caption]) -> Iterator[Doubt]:
    first: dict[tuple[str, str], Caption] = {}
    for caption in captions:
        before = first.setdefault((caption.word, caption.title), caption)
        if before is not caption and before.number != caption.number:
            yield at_line(
                "caption-title-twice",
                caption.line,
                caption.page,
                printed=f"{caption.printed} {caption.title}",
                evidence=f"{before.printed} has the same title, line {before.line}",
            )


# --- the contents --------------------------------------------------------------------------

#: Titles shorter than this are alike by chance.
SHORT_TITLE = 6

#: A list of fewer entries is no page of contents.
LEAST_ENTRIES = 5

#: Two wordings of one title are as alike as this; other titles of a report are so as well,
#: where a pattern repeats (华东地区…, 华南地区…), and differ in a word for a word.
ALIKE = 80.0

_ENUMERATOR = re.compile(
    r"^(?:[(][^()]{1,4}[)]|[一二三四五六七八九十\d]{1,4}[、.]|第.{1,3}[章节篇])"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of contents: its folded title and its page number."""

    title: str
    number: int
    line: Line


def contents_errors(document: Document, labels: Sequence[LineLabel]) -> Iterator[Doubt]:
    """Page numbers of the contents that fall, and titles that the body words otherwise."""
    runs = [run for run in _entry_runs(document, labels) if len(run) >= LEAST_ENTRIES]
    for run in runs:
        yield from _falling_pages(run)
    entries = [entry for run in runs for entry in run]
    if entries:
        yield from _other_titles(entries, document, labels)


def _entry_runs(document: Document, labels: Sequence[LineLabel]) -> Iterator[list[Entry]]:
    run: list[Entry] = []
    for line, label in zip(document.lines, labels, strict=False):
        text = line.text.strip()
        if not text:
            continue
        entry = None
        if label not in _TABLE_LABELS and (text[-1].isdigit() or text[-1] in "-—–"):
            entry = _ENTRY.match(text)
        if entry is None:
            if run:
                yield run
            run = []
        else:
            run.append(Entry(_fold(entry["title"]), int(entry["page"]), line))
    if run:
        yield run


_TABLE_LABELS = frozenset(("cell", "header", "withheld"))


def _fold(title: str) -> str:
    return squeeze(half_width(title)).replace(",", "，")


def _falling_pages(run: Sequence[Entry]) -> Iterator[Doubt]:
    for before, entry in pairwise(run):
        if entry.number < before.number:
            yield at_line(
                "contents-page",
                entry.line.number,
                entry.line.page,
                printed=str(entry.number),
                expected=f"at least {before.number}",
                evidence=f"after page {before.number}, line {before.line.number}",
            )


def _other_titles(
    entries: Sequence[Entry], document: Document, labels: Sequence[LineLabel]
) -> Iterator[Doubt]:
    """A title of the contents that no line of the body is, beside the one line that nearly is."""
    listed = {entry.title for entry in entries}
    lines = {entry.line.number for entry in entries}
    body: dict[str, int] = {}
    before = ""
    for line, label in zip(document.lines, labels, strict=False):
        if len(line.text) > LONGEST or line.number in lines or label in _TABLE_LABELS:
            before = ""
            continue
        if title := _fold(line.text):
            body.setdefault(title, line.number)
            body.setdefault(before + title, line.number)
            before = title
    others = [title for title in body if title not in listed and not _CAPTION.match(title)]
    for entry in entries:
        if entry.title in body or len(entry.title) < SHORT_TITLE or _CAPTION.match(entry.title):
            continue
        near = process.extractOne(entry.title, others, scorer=fuzz.ratio, score_cutoff=ALIKE)
        if near is not None and _is_wording(entry.title, near[0]):
            yield at_line(
                "contents-title",
                entry.line.number,
                entry.line.page,
                printed=entry.title,
                expected=near[0],
                evidence=f"line {body[near[0]]}",
            )


def _is_wording(one: str, other: str) -> bool:
    """Whether one title is the other with words left out: a word for a word is another title."""
    first, second = _ENUMERATOR.match(one), _ENUMERATOR.match(other)
    if (first and first.group()) != (second and second.group()):
        return False
    short, long = sorted((one, other), key=len)
    letters = iter(long)
    return len(short) < len(long) and all(letter in letters for letter in short)
