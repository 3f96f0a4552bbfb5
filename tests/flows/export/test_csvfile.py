"""CSV that a spreadsheet cannot be made to compute, and that reads back exactly."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.export import csvfile


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+A1", "-A1", "@SUM(A1)", "\tx", "\r=x", "＝1+1", "－A1", '=HYPERLINK("x")', "  =1+1",
     "-1+cmd|' /C calc'!A0", "+86-10-0", "--", "-3.5元", "'=1"],
)  # fmt: skip
def test_a_text_that_starts_a_formula_is_guarded(text):
    safe = csvfile.safe_text(text)
    assert safe == "'" + text
    assert csvfile.plain_text(safe) == text


@pytest.mark.parametrize(
    "text",
    [
        "-3.5",
        "+3",
        "-1,234.5",
        "-12%",
        "−3",
        "-",
        "－",
        "—",
        "3-5",
        "a=b",
        "",
        " ",
        "深圳",
        "'a",
        "-.5",
    ],
)
def test_numbers_and_other_texts_stay_as_they_are(text):
    assert csvfile.safe_text(text) == text
    assert csvfile.plain_text(text) == text


@given(st.text(st.sampled_from(list("=+-@'\t\r ＝－a1.,%")), max_size=6) | st.text(max_size=20))
def test_what_is_written_is_read_back(text):
    assert csvfile.plain_text(csvfile.safe_text(text)) == text


@given(st.text(st.sampled_from(list("=+-@'\t ＝a1.")), max_size=6))
def test_no_cell_starts_a_formula(text):
    cell = csvfile.safe_text(text).lstrip(" ")
    assert cell[:1] not in set("=+-@\t\r＝＋－＠") or csvfile._HARMLESS.fullmatch(cell)


def test_values_keep_their_kind():
    at = datetime.datetime(2026, 11, 21, 8, 0, 1, 5, tzinfo=datetime.UTC)
    stream = io.StringIO()
    row = [-3.5, 20.0, 0.1, -7, None, True, at, "=x", '他说"好"\n,']
    assert csvfile.write(stream, list("abcdefghi"), [row], missing="NA") == 1
    _, read = csv.reader(io.StringIO(stream.getvalue()))
    assert read == [
        "-3.5", "20", "0.1", "-7", "NA", "true", "2026-11-21T08:00:01.000005Z", "'=x", '他说"好"\n,',
    ]  # fmt: skip
