"""Reading text: bytes to lines with places, in whatever encoding they came.

A byte-order mark decides; else strict UTF-8; else the two legacy encodings of Chinese are
tried and judged by what comes out: Chinese text draws four in five of its characters from
a few hundred, and a wrong decoding hardly any. What looks wrong in every reading is
refused, never landed.
"""

from __future__ import annotations

import codecs
import hashlib
import re

from extractors.model import Document, DocumentError, Line
from schemas.vocabulary import Vocabulary, simplify

#: The longest line that is read, in characters. The longest line of a real yearbook is a
#: paragraph of some 2,000; a line of millions is a dump, and would be quadratic work.
LONGEST_LINE = 200_000

#: The share of common characters among Chinese ones below which a decoding is wrong.
#: Real documents have 0.45–0.8 (lists of place names the least), GB18030 read as Big5 0.1.
LEAST_COMMON = 0.25

#: Characters by which a decoding is judged.
SAMPLE = 60_000

#: Lines among which the title is looked for.
TITLE_LINES = 40

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("gb18030", "big5", "cp950", "big5hkscs")
_CHINESE = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_MEDIA_TYPES = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".tsv": "text/tab-separated-values",
    ".csv": "text/csv",
}
#: How files that are no text begin, what they are, and what to do with them.
_OTHER_FORMATS = (
    (
        re.compile(rb"PK\x03\x04"),
        "binary",
        "a ZIP archive (an XLSX or DOCX is one), not text: save it as text with tabs",
    ),
    (
        re.compile(rb"<(?:html|!doctype|table)\b", re.IGNORECASE),
        "html",
        "a web page (HTML), not text: save it as text from the browser",
    ),
)
#: Characters of two bytes in UTF-8 that stand in no Latin, Greek or Russian text.
_STRANGE = re.compile(r"[\u0250-\u036f\u0500-\u07ff]")
#: The first bytes of the 3,755 common characters in GB2312; the rarer ones come behind.
_COMMON_ROWS = range(0xB0, 0xD8)
_UNIT_LINE = re.compile(r"^[（(]?\s*(?:计量)?单\s*位\s*[:：]")
_TITLE_END = re.compile(
    r"(报告|年鉴|通报|公报|通知|意见|方案|名单|榜单|排行榜|公告|白皮书|蓝皮书|指标|结果|排名|手册|报告书)"
    r"([（(].{1,12}[)）]|\d{4}年?)?$"
)


def read_text(data: bytes, name: str, vocabulary: Vocabulary) -> Document:
    """Read a text document. Raises `DocumentError` where the bytes are no such thing."""
    if not data.strip(b"\x00\t\r\n\x0b\x0c \xef\xbb\xbf\xff\xfe"):
        raise DocumentError(name, "the document is empty", code="empty")
    _refuse_other_formats(data, name)
    text, encoding = decode(data, name, vocabulary)
    lines: list[Line] = []
    page = 1 if "\f" in text else None
    for number, raw in enumerate(_LINE_END.split(text), start=1):
        if len(raw) > LONGEST_LINE:
            raise DocumentError(
                name,
                f"a line of {len(raw):,} characters (at most {LONGEST_LINE:,} are read)",
                code="line-too-long",
                line=number,
            )
        if page is not None and "\f" in raw:
            page += raw.count("\f")
            raw = raw.replace("\f", "")
        lines.append(Line(number, raw, page))
    if lines and not lines[-1].text:
        lines.pop()
    return Document(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=_MEDIA_TYPES.get("." + name.rsplit(".", 1)[-1].lower(), "text/plain"),
        encoding=encoding,
        pages=page,
        title=title_of(lines),
        lines=tuple(lines),
    )


def decode(data: bytes, name: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """The text and the encoding it was in."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(_strict(data, encoding, name), encoding, name, vocabulary)
    guess = _utf16_without_mark(data)
    if guess:
        return _checked(_strict(data, guess, name), guess, name, vocabulary)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _legacy(data, error, name, vocabulary)
    legacy = _short_gb18030(data, text)
    if legacy is not None:
        return _checked(legacy, "gb18030", name, vocabulary)
    return _checked(text, "utf-8", name, vocabulary)


def _refuse_other_formats(data: bytes, name: str) -> None:
    """Refuse what is no text file, and say what it is."""
    head = data.removeprefix(codecs.BOM_UTF8).lstrip()
    for start, code, reason in _OTHER_FORMATS:
        if start.match(head):
            raise DocumentError(name, reason, code=code, line=1)


def _short_gb18030(data: bytes, text: str) -> str | None:
    """A few Chinese letters in GB18030 may be UTF-8 by chance: the text, where they are common.

    Then UTF-8 makes characters of them that do not go together, and none that is Chinese.
    """
    if _CHINESE.search(text) or not _STRANGE.search(text):
        return None
    try:
        other = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    chinese = _CHINESE.findall(other)
    return other if len(chinese) >= 2 and all(map(_is_common, chinese)) else None


def _is_common(letter: str) -> bool:
    return (letter.encode("gb2312", errors="ignore") or b"\x00")[0] in _COMMON_ROWS


def title_of(lines: list[Line]) -> str | None:
    """The title: the first line near the top that ends as titles do, else the first line."""
    first = None
    for line in [line for line in lines if line.text.strip()][:TITLE_LINES]:
        text = line.text.strip()
        if "\t" in text or len(text) > 80 or text.endswith(("。", "；", "：", ":", ";")):
            continue
        if _UNIT_LINE.match(simplify(text)):
            continue
        first = first or text
        if _TITLE_END.search(text.replace(" ", "")) and len(text) >= 8:
            return text
    return first


def plausibility(text: str, vocabulary: Vocabulary) -> float:
    """The share of common characters among the Chinese ones (1.0 where there are hardly any)."""
    chinese = _CHINESE.findall(text[:SAMPLE])
    if len(chinese) < 4:
        return 1.0
    common = vocabulary.common_characters
    return sum(1 for character in chinese if character in common) / len(chinese)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(
            name, f"not valid {encoding} at byte {error.start:,}", code="broken-encoding"
        ) from None


def _checked(text: str, encoding: str, name: str, vocabulary: Vocabulary) -> tuple[str, str]:
    control = _CONTROL.search(text)
    if control:
        line = len(_LINE_END.findall(text, 0, control.start())) + 1
        raise DocumentError(
            name,
            f"not text: a control character U+{ord(control.group()):04X}",
            code="binary",
            line=line,
        )
    if plausibility(simplify(text[:SAMPLE]), vocabulary) < LEAST_COMMON and _mojibake(text):
        raise DocumentError(
            name, f"read as {encoding} the text is no Chinese; give it in UTF-8", code="mojibake"
        )
    return text, encoding


def _mojibake(text: str) -> bool:
    """Whether rare characters make up text that should be running Chinese."""
    return len(_CHINESE.findall(text[:20_000])) >= 16


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark has a zero beside every ASCII character, and few on the other side."""
    head = data[:4000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    least = max(2, len(head) // 100)
    if odd >= least and odd > 4 * even:
        return "utf-16-le"
    if even >= least and even > 4 * odd:
        return "utf-16-be"
    return None


def _legacy(
    data: bytes, error: UnicodeDecodeError, name: str, vocabulary: Vocabulary
) -> tuple[str, str]:
    if b"\x00" in data[:8000]:
        raise DocumentError(name, "not text: it holds zero bytes", code="binary")
    readable = []
    for encoding in _LEGACY:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            readable.append((_chinese_plausibility(text, vocabulary), encoding, text))
    best = max(readable, default=None, key=lambda candidate: candidate[0])
    if best and best[0] >= LEAST_COMMON:
        return best[2], best[1]
    line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
    if _mostly_utf8(data):
        raise DocumentError(
            name, f"broken UTF-8 at byte {error.start:,}", code="broken-encoding", line=line
        )
    raise DocumentError(
        name, "neither UTF-8 nor GB18030 nor Big5 makes text of it", code="mojibake", line=line
    )


def _chinese_plausibility(text: str, vocabulary: Vocabulary) -> float:
    """Like `plausibility`, by simplified forms, and nothing where there is no Chinese."""
    sample = text[:SAMPLE]
    if len(_CHINESE.findall(sample)) < 4:
        return 0.0
    return plausibility(simplify(sample), vocabulary)


def _mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", errors="replace")
    return text.count("�") * 20 < max(20, len(text))
