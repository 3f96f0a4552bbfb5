"""Editions and their sidecars.

A sidecar is YAML beside a raw file (``report.txt.yaml``) that says what the document cannot:
publisher, series, year, edition, title, source, date, retrieved, licence, sha256, size,
revision, language. ``edition`` is ``publisher-series-year``. Where a sidecar is missing, one
is derived from the document, to be read and mended by a person.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from extractors.model import Document, DocumentError
from extractors.periods import find_years
from extractors.records import EditionContext
from flows.rawstore import SIDECAR_SUFFIX, Location, RawFile
from schemas.vocabulary import Vocabulary

Sidecar = dict[str, Any]

#: A sidecar is a page of text at most; a larger file is none of ours.
LARGEST_SIDECAR = 256 * 1024

#: How a name without words for a part of it is completed.
UNKNOWN_PUBLISHER, UNDATED = "unknown", "undated"

#: A cover and an imprint say publisher and year within so many lines.
HEAD_LINES = 40

#: Longer lines of the head are prose, which names other bodies and other years.
LONGEST_HEAD_LINE = 40

#: The longest part of an edition's name; edition names show up in paths and on pages.
LONGEST_PART = 60

_EDITION = re.compile(r"[0-9A-Za-z_\u3400-\u4dbf\u4e00-\u9fff-]{1,200}")
_NOT_SLUG = re.compile(r"[^0-9a-z\u3400-\u4dbf\u4e00-\u9fff]+")
_YEARS = re.compile(r"(?:19|20)\d{2}(?:\s*[-—–~至/]\s*(?:19|20)\d{2})?\s*(?:年度|年)?")
_ORDINAL = re.compile(r"第[〇零一二三四五六七八九十百\d]+[届期版次]")
_BODY = re.compile(
    r"[\u3400-\u9fff（）()]{2,30}(?:中心|委员会|研究院|研究所|研究会|出版社|杂志社|协会|学会|联盟|大学|"
    r"学院|公司|集团|办公室|编委会|总局|部|局|厅|署|政府)"
)
#: What follows a body's name where it signs: 主管, 编.
_SIGNS = re.compile(r"(?:主管|主办|主编|编著|编写|发布|文件|编)$")


def read_sidecar(location: Location, document: str) -> Sidecar | None:
    """A sidecar, None where there is none. Raises `DocumentError` for one that cannot be read."""
    try:
        with location.open() as stream:
            data = stream.read(LARGEST_SIDECAR + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _bad(document, f"cannot be read: {error}") from error
    if len(data) > LARGEST_SIDECAR:
        raise _bad(document, f"is longer than {LARGEST_SIDECAR // 1024} KiB")
    try:
        sidecar = yaml.load(data.decode(), _Loader)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise _bad(document, f"is no YAML in UTF-8: {' '.join(str(error).split())}") from error
    if not isinstance(sidecar, dict):
        raise _bad(document, "has no names with values")
    return {str(name): value for name, value in sidecar.items()}


class _Loader(yaml.SafeLoader):
    """YAML in which a key stands once: of two, YAML would take the last without a word, and
    words that were pasted below others would be all there are."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for name, _ in node.value:
            if not isinstance(name, yaml.ScalarNode):
                continue
            if name.value in seen:
                said = f"{name.value!r} stands twice; put what belongs to it under one of them"
                raise yaml.constructor.ConstructorError(None, None, said, name.start_mark)
            seen.add(name.value)
        return super().construct_mapping(node, deep)


def check_sidecar(sidecar: Mapping[str, Any], file: RawFile) -> None:
    """Raises `DocumentError` where a sidecar speaks of other bytes, or says what cannot be."""
    stated = sidecar.get("sha256")
    if stated is not None and str(stated).lower() != file.sha256:
        raise DocumentError(
            file.name,
            f"its sidecar is about other bytes: it says sha256 {stated}, the file has "
            f"{file.sha256}; mend sha256 and size there, and declare a revision there if the "
            "document was published anew",
            code="sidecar-hash",
        )
    size = sidecar.get("size")
    if size is not None and size != file.size:
        raise _bad(file.name, f"says {size} bytes, the file has {file.size}")
    edition = sidecar.get("edition")
    if edition is not None and not _EDITION.fullmatch(str(edition)):
        raise _bad(file.name, f"has the edition {edition!r}; letters, digits, - and _ make one")
    try:
        Vocabulary.load(sidecar.get("vocabulary"))
    except ValueError as error:
        raise _bad(file.name, f"has {error}") from error
    for name, least in (("year", 1000), ("revision", 1)):
        value = sidecar.get(name)
        if value is not None and (type(value) is not int or value < least):
            raise _bad(file.name, f"has {name} {value!r}, which is no such number")


def edition_of(sidecar: Mapping[str, Any]) -> str | None:
    """The edition that a sidecar names, or whose three parts it has; else None."""
    if sidecar.get("edition"):
        return str(sidecar["edition"])
    parts = [sidecar.get(part) for part in ("publisher", "series", "year")]
    if not all(parts):
        return None
    slugs = [slug(str(part)) for part in parts]
    return "-".join(slugs) if all(slugs) else None


def derive(document: Document, file: RawFile, revision: int) -> Sidecar:
    """The sidecar of a document that has none, from its title and first lines."""
    head = _head(line.text for line in document.lines)
    title = document.title or file.name.rsplit(".", 1)[0]
    publisher = _publisher(head)
    series = slug(_YEARS.sub("", _ORDINAL.sub("", title)))
    year = _year([title]) or _bare_year(title) or _year(head)
    parts = (
        slug(publisher or "") or UNKNOWN_PUBLISHER,
        series or slug(file.name.rsplit(".", 1)[0]) or file.sha256[:12],
        str(year or UNDATED),
    )
    sidecar: Sidecar = {
        "edition": "-".join(parts),
        "publisher": publisher,
        "series": series or None,
        "year": year,
        "title": title,
        "source": None,
        "date": None,
        "retrieved": None,
        "licence": None,
        "language": "zh",
        "sha256": file.sha256,
        "size": file.size,
        "revision": revision,
        "derived": True,
    }
    return sidecar


def completed(sidecar: Mapping[str, Any], document: Document, file: RawFile) -> Sidecar:
    """A sidecar that names no edition, with the parts it lacks taken from the document."""
    derived = derive(document, file, int(sidecar.get("revision") or 1))
    stated = {name: value for name, value in sidecar.items() if value is not None}
    whole = {**derived, "edition": None, "derived": None, **stated}
    whole["publisher"] = whole["publisher"] or UNKNOWN_PUBLISHER
    whole["year"] = whole["year"] or UNDATED
    whole["edition"] = edition_of(whole) or derived["edition"]
    return {
        **sidecar,
        "edition": whole["edition"],
        "year": sidecar.get("year") or derived["year"],
        "publisher": sidecar.get("publisher") or derived["publisher"],
    }


def context(sidecar: Mapping[str, Any], document: str, revision: int) -> EditionContext:
    """What the records are made with. The sidecar has to name its edition."""
    edition = edition_of(sidecar)
    if edition is None:
        raise _bad(document, "names no edition")
    year, publisher = sidecar.get("year"), sidecar.get("publisher")
    return EditionContext(
        edition=edition,
        year=year if isinstance(year, int) else _year([edition]),
        document=document,
        publisher=str(publisher) if publisher else None,
        sidecar={**sidecar, "revision": revision},
    )


def to_yaml(sidecar: Mapping[str, Any]) -> bytes:
    """A sidecar as it is written."""
    head = ""
    if sidecar.get("derived"):
        head = "# Derived from the document. Check it, add what is missing, and remove `derived`.\n"
    text = yaml.safe_dump(dict(sidecar), allow_unicode=True, sort_keys=False, width=100)
    return (head + text).encode()


def fingerprint(sidecar: Mapping[str, Any] | None) -> str:
    """A text that changes with what a sidecar says, but not with how it is written."""
    return json.dumps(sidecar or {}, sort_keys=True, ensure_ascii=False, default=str)


def slug(text: str) -> str:
    """Text as a part of an edition's name: letters and digits, blanks and signs as ``_``.

    Between Chinese characters a blank is how a line was set, and goes.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", plain)
    return _NOT_SLUG.sub("_", plain).strip("_")[:LONGEST_PART].rstrip("_")


def _head(lines: Iterable[str]) -> list[str]:
    """The short lines among the first ones."""
    filled = (text.strip() for text in lines)
    first = [text for text, _ in zip((t for t in filled if t), range(HEAD_LINES), strict=False)]
    return [text for text in first if len(text) <= LONGEST_HEAD_LINE and "\t" not in text]


def _publisher(head: Iterable[str]) -> str | None:
    """The first body that stands in a line of its own."""
    for text in head:
        name = _SIGNS.sub("", text).split()[0] if text.split() else ""
        if _BODY.fullmatch(name):
            return name
    return None


def _year(texts: Iterable[str]) -> int | None:
    """The last year of the first text that has one: an edition of 2016-2017 is of 2017."""
    for text in texts:
        if years := find_years(text):
            return max(years)
    return None


def _bare_year(title: str) -> int | None:
    """A year beside Latin words, which elsewhere would make a number of it."""
    years = re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", title)
    return max(map(int, years), default=None)


def _bad(document: str, reason: str) -> DocumentError:
    return DocumentError(document, f"its sidecar (*{SIDECAR_SUFFIX}) {reason}", code="sidecar")
