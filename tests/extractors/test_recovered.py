"""Recoveries: they come back from their JSON as they were, match as the document does, and
hold nothing that is withheld."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.model import Block, Cell, Column, Document, Doubt, Line, Note, Row, Table
from extractors.pipeline import extract, is_overlooked, match, recover, register_names, withhold
from extractors.recovered import FormError, Recovered, from_json, to_json
from schemas.vocabulary import Vocabulary

SCORES = (
    "2019年某某评估报告\n\n表1 得分\n赛位\t受检体\t便民度\t汇分\n"
    "1\t深圳市\t30.2\t60.4\n2\t广州市\t29.0\t58.0\n3\t成都市\t28.5\t57.0\n4\t武汉市\t27.0\t54.0\n"
)
STAFF = "\n表2 值班\n受访者\t所在城市\n甲某\t深圳市\n乙某\t广州市\n丙某\t成都市\n"
CONTACTS = (
    "\n表3 联系\n部门\t电话\n甲处\t010-00000001\n乙处\t010-00000002\n\n"
    "联系电话：010-00000003\n注：来信请寄 nobody@example.org\n"
)

DOCUMENTS = ("000", "001", "002", "003", "004")


def recovered_from(text: str, words: Vocabulary | None = None) -> Recovered:
    return recover(text.encode(), "a.txt", words or Vocabulary.load(), register_names())


@cache
def _seed(shared: Path, number: str) -> tuple[bytes, str, Recovered]:
    path = next((shared / "seeds").glob(f"{number}_*"))
    data = path.read_bytes()
    return data, path.name, recover(data, path.name, Vocabulary.load(), register_names())


@pytest.mark.parametrize("number", DOCUMENTS)
def test_a_real_document_comes_back_and_matches_as_it_does_from_its_bytes(shared, number):
    data, name, recovered = _seed(shared, number)
    again = from_json(to_json(recovered))
    assert again == recovered
    assert match(again, Vocabulary.load(), register_names()) == extract(data, name)


_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\d.])0\d{2,3}-\d{7,8}(?!\d)|(?<![\d.])1[3-9]\d{9}(?![\d.])"
)


def test_no_contact_of_the_real_documents_is_in_a_recovery(shared):
    seen = 0
    for number in DOCUMENTS:
        data, _, recovered = _seed(shared, number)
        secrets = set(_CONTACT.findall(data.decode()))
        kept = to_json(recovered)
        assert not [secret for secret in secrets if secret in kept]
        seen += len(secrets)
    assert seen > 30


# ---------------------------------------------------------------- any table

_texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
_boxes = st.none() | st.tuples(*[st.floats(0, 999, width=32)] * 4)
_pages = st.none() | st.integers(1, 9)
_lines = st.integers(1, 99)
_cells = st.builds(Cell, _texts, _lines, _pages, _boxes, st.none() | _texts)
_rows = st.builds(
    Row, st.lists(_cells, max_size=4), _lines, _pages, st.sampled_from(["data", "section", "total"])
)
_columns = st.builds(Column, st.lists(_texts, max_size=3).map(tuple), panel=st.integers(0, 2))
_tables = st.builds(
    Table,
    table_id=_texts,
    caption=st.none() | _texts,
    caption_line=st.none() | _lines,
    kind=st.just("list"),
    group=st.none(),
    unit=st.none() | _texts,
    page=_pages,
    line=_lines,
    columns=st.lists(_columns, max_size=4),
    rows=st.lists(_rows, max_size=4),
    notes=st.lists(st.builds(Note, _texts, _lines, _pages), max_size=2),
    headings=st.lists(_texts, max_size=2).map(tuple),
    lines=st.lists(st.tuples(_lines, _lines), max_size=2),
    header_lines=st.lists(_lines, max_size=2),
)


@st.composite
def _recoveries(draw) -> Recovered:
    printed = draw(st.lists(st.tuples(_texts, _pages, _boxes), max_size=5))
    lines = tuple(Line(n, *parts) for n, parts in enumerate(printed, start=1))
    labels = ["cell", "header", "caption", "note", "prose", "furniture", "withheld"]
    return Recovered(
        document=Document("a.txt", "0" * 64, "text/plain", "utf-8", None, "题", lines),
        tables=draw(st.lists(_tables, max_size=2)),
        blocks=draw(st.lists(st.builds(Block, _texts, _lines, _lines, _pages), max_size=2)),
        labels=[draw(st.sampled_from(labels)) for _ in lines],
        doubts=draw(
            st.lists(st.builds(Doubt, _texts, st.just("warning"), st.none() | _lines), max_size=2)
        ),
        withheld={"tables": 1, "rows": 2, "lines": 3},
        persons=draw(st.frozensets(_texts, max_size=2)),
    )


@settings(max_examples=60, deadline=None)
@given(_recoveries())
def test_any_recovery_comes_back_as_it_was(recovered):
    assert from_json(to_json(recovered)) == recovered


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"form": 0}', '{"form": 1, "lines": 3}'])
def test_what_is_no_recovery_is_said_to_be_none(text):
    with pytest.raises(FormError):
        from_json(text)


# ---------------------------------------------------------------- matching again


def test_matching_leaves_the_recovery_as_it_was():
    recovered = recovered_from(SCORES)
    before = to_json(recovered)
    words = Vocabulary.load({"fields": {"total": {"aliases": ["汇分"]}}})
    first = match(recovered, words, register_names())
    assert [column.field for column in first.tables[0].columns][-1] == "total"
    assert to_json(recovered) == before and recovered.tables[0].columns[0].field is None
    plain = match(recovered, Vocabulary.load(), register_names())
    assert [column.field for column in plain.tables[0].columns][-1] == "value"


def test_a_word_found_in_a_header_needs_no_other_reading_and_one_elsewhere_does():
    text = SCORES + "\n表2 名录\n代表物\t寄存处\n甲\t深圳市\n乙\t广州市\n丙\t成都市\n"
    recovered = recovered_from(text)
    in_header = Vocabulary.load({"fields": {"total": {"aliases": ["汇分"]}}})
    in_cells = Vocabulary.load({"fields": {"entity": {"aliases": ["代表物"]}}})
    nowhere = Vocabulary.load({"fields": {"entity": {"aliases": ["谁也没印过"]}}})
    assert not is_overlooked(recovered, in_header)
    assert is_overlooked(recovered, in_cells)
    assert not is_overlooked(recovered, nowhere)


def test_a_list_whose_header_nobody_knew_gets_it_from_the_words_of_its_document():
    text = "某某名录\n\n表1 名录\n代表物\t寄存处\n甲物\t某甲库\n乙物\t某乙库\n丙物\t某丙库\n"
    [plain] = extract(text.encode(), "a.txt").tables
    words = Vocabulary.load({"fields": {"entity": {"aliases": ["代表物"]}}})
    [table] = extract(text.encode(), "a.txt", words).tables
    assert (len(plain.rows), len(table.rows)) == (4, 3)
    assert [column.path for column in table.columns] == [("代表物",), ("寄存处",)]


# ---------------------------------------------------------------- withholding


def test_a_recovery_holds_nothing_that_is_withheld():
    recovered = recovered_from(SCORES + CONTACTS)
    assert recovered.withheld["tables"] == 1 and recovered.withheld["lines"] >= 4
    kept = to_json(recovered)
    assert not [word for word in ("010-0000000", "甲处", "nobody@example.org") if word in kept]
    assert "深圳市" in kept


def test_a_header_that_newly_means_persons_withholds_its_table():
    recovered = recovered_from(SCORES + STAFF)
    assert "甲某" in to_json(recovered)
    words = Vocabulary.load({"persons": {"name_headers": ["受访者"]}})
    fewer = withhold(recovered, words, register_names())
    assert "甲某" not in to_json(fewer)
    assert (fewer.withheld["tables"], fewer.withheld["rows"]) == (1, 3)
    assert fewer.labels.count("withheld") == 4
    assert [table.caption for table in fewer.tables] == ["表1 得分"]
    assert withhold(fewer, words, register_names()) is fewer
    assert (
        match(recovered, words, register_names()).tables
        == match(fewer, words, register_names()).tables
    )


def test_a_contact_word_of_the_document_withholds_notes_and_lines():
    text = SCORES + "注：热线甲：某某\n\n第一章 热线甲：某某\n\n热线甲：某某\n"
    recovered = recovered_from(text)
    assert [note.text for note in recovered.tables[0].notes] == ["注：热线甲：某某"]
    words = Vocabulary.load({"persons": {"contact_words": ["热线甲"]}})
    fewer = withhold(recovered, words, register_names())
    assert "热线甲" not in to_json(fewer).replace("contact_words:热线甲", "")
    assert fewer.withheld["lines"] == 3
