"""Bytes to lines: encodings, page breaks, and bad input named with its place."""

from __future__ import annotations

import pytest

from extractors.model import DocumentError
from extractors.reading import LONGEST_LINE, read_text
from schemas.vocabulary import Vocabulary

VOCABULARY = Vocabulary.load()
TEXT = "二〇二〇年城市评价报告\n\n排名\t城市\t得分\n1\t青岛市\t88.10\n2\t大连市\t80.00\n"
TRADITIONAL = (
    "城市評價報告\n\n排名\t城市\t得分\n1\t臺北市\t88.10\n2\t臺南市\t80.00\n參評單位說明如下\n"
)


def read(data: bytes, name: str = "report.txt"):
    return read_text(data, name, VOCABULARY)


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("gb18030", "gb18030"),
    ],
)
def test_simplified_text_reads_alike_in_every_encoding(encoding, named):
    document = read(TEXT.encode(encoding))
    assert [line.text for line in document.lines] == TEXT.split("\n")[:-1]
    assert document.encoding == named


def test_traditional_text_in_big5_is_not_taken_for_gb18030():
    document = read(TRADITIONAL.encode("big5"))
    assert [line.text for line in document.lines] == TRADITIONAL.split("\n")[:-1]
    assert document.encoding == "big5"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_do_not_matter(end):
    document = read(TEXT.replace("\n", end).encode())
    assert [line.number for line in document.lines] == [1, 2, 3, 4, 5]


def test_form_feeds_turn_the_page_and_are_no_text():
    document = read("一\n二\f\n\f三\n".encode())
    assert [(line.text, line.page) for line in document.lines] == [
        ("一", 1),
        ("二", 2),
        ("三", 3),
    ]
    assert document.pages == 3


def test_a_text_without_form_feeds_has_no_pages():
    document = read(TEXT.encode())
    assert document.pages is None
    assert {line.page for line in document.lines} == {None}


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "empty", None),
        (b" \n\t\n", "empty", None),
        (b"PK\x03\x04\x14\x00\x08\x00" * 40, "binary", 1),
        (b"abc\nd\x01f\n", "binary", 2),
        (TEXT.encode()[:-9] + "中".encode()[:2] + b"\n1\n", "broken-encoding", 5),
        (b"\xff\xfe" + b"\x00\xd8" * 8, "broken-encoding", None),
        (bytes(range(128, 256)) * 12, "mojibake", 1),
    ],
)
def test_bad_bytes_are_named(data, code, line):
    with pytest.raises(DocumentError) as caught:
        read(data, "bad.txt")
    assert caught.value.code == code
    assert caught.value.line == line
    assert "bad.txt" in str(caught.value)


def test_gb18030_declared_as_big5_by_nobody_is_refused_rather_than_landed():
    """UTF-8 read as GB18030 is strict GB18030 and no Chinese: 锟斤拷 must not land."""
    mojibake = (TEXT * 4).encode("utf-8").decode("gb18030", errors="replace")
    with pytest.raises(DocumentError, match="no Chinese"):
        read(mojibake.encode())


def test_a_line_longer_than_any_paragraph_is_named():
    with pytest.raises(DocumentError) as caught:
        read(b"ok\n" + b"a" * (LONGEST_LINE + 1) + b"\n")
    assert (caught.value.code, caught.value.line) == ("line-too-long", 2)


def test_an_error_crosses_a_process_border():
    import pickle

    error = DocumentError("a.txt", "why", code="x", line=3, page=2)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.code, again.line, again.page) == (str(error), "x", 3, 2)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"PK\x03\x04[Content_Types].xml", "ZIP archive"),
        (b"<!DOCTYPE html>\n<p>a</p>\n", "HTML"),
        (b"\xef\xbb\xbf\n<HTML><body>", "HTML"),
        (b"<table>\n<tr><td>1</td></tr>", "HTML"),
    ],
)
def test_what_is_no_text_is_refused_by_its_name(data, named):
    with pytest.raises(DocumentError, match=named):
        read(data)


def test_angle_brackets_and_prose_alone_are_text():
    assert read("<表1> 得分\n一段话。\n".encode()).lines[0].text == "<表1> 得分"
    assert read(b"Table of PDFs, <html> is a tag\n").encoding == "utf-8"


def test_a_few_letters_in_gb18030_that_happen_to_be_utf8_are_chinese():
    document = read("省\t值\n鲁\t1\n".encode("gb18030"))
    assert document.encoding == "gb18030"
    assert [line.text for line in document.lines] == ["省\t值", "鲁\t1"]


@pytest.mark.parametrize("text", ["α\tβ\n1\t2\n", "café\n", "дом\tмама\n", "±5°C\n20°\n", "ə\n"])
def test_other_alphabets_are_not_taken_for_gb18030(text):
    document = read(text.encode())
    assert document.encoding == "utf-8"
