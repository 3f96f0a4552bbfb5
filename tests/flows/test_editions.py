"""What an edition is called, and what a sidecar is worth."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import read_text
from flows import editions
from flows.rawstore import RawFile
from schemas.vocabulary import Vocabulary


def _derived(text: str, name: str = "a.txt"):
    document = read_text(text.encode(), name, Vocabulary.load())
    return editions.derive(document, RawFile(f"/x/{name}", name, "0" * 64, 1), 1)


@pytest.mark.parametrize(
    ("text", "edition", "year"),
    [
        (
            "第三届（2016）某某城市评估报告\n\n某某大学研究中心\n二〇一六年十月\n",
            "某某大学研究中心-某某城市评估报告-2016",
            2016,
        ),
        ("2016-2017某某城市评估结果通报\n", "unknown-某某城市评估结果通报-2017", 2017),
        ("某某年鉴\n\n2017\n\n某某部 主管\n", "某某部-某某年鉴-2017", 2017),
        ("某某  城市名单\n", "unknown-某某城市名单-undated", None),
        ("Smart City Report 2019\n", "unknown-smart_city_report-2019", 2019),
    ],
)
def test_an_edition_is_derived_from_the_title_and_the_first_lines(text, edition, year):
    sidecar = _derived(text)
    assert (sidecar["edition"], sidecar["year"]) == (edition, year)


def test_prose_names_neither_the_publisher_nor_the_year():
    prose = "据某某大学研究中心的消息，这项评估在2009年第一次举行，此后每年在不同的城市举行，" * 2
    sidecar = _derived(f"某某城市评估通报\n{prose}\n")
    assert (sidecar["publisher"], sidecar["year"]) == (None, None)


def test_a_derived_sidecar_reads_back_as_it_was_written():
    sidecar = _derived("2018年某某城市评估报告\n某某研究院\n")
    assert yaml.safe_load(editions.to_yaml(sidecar)) == sidecar
    assert editions.edition_of(sidecar) == sidecar["edition"]


def test_three_parts_make_an_edition_and_two_do_not():
    parts = {"publisher": "A & B Press", "series": "某某 年鉴", "year": 2017}
    assert editions.edition_of(parts) == "a_b_press-某某年鉴-2017"
    assert editions.edition_of({**parts, "year": None}) is None
    assert editions.edition_of({**parts, "series": "///"}) is None


def test_the_order_of_a_sidecar_is_no_part_of_it():
    one, two = {"title": "a", "year": 1990}, {"year": 1990, "title": "a"}
    assert editions.fingerprint(one) == editions.fingerprint(two)
    assert editions.fingerprint(one) != editions.fingerprint({**one, "title": "b"})


@given(st.text(max_size=80))
def test_a_slug_has_neither_blanks_nor_slashes_and_is_its_own_slug(text):
    slug = editions.slug(text)
    assert re.fullmatch(r"[0-9a-z_\u3400-\u4dbf\u4e00-\u9fff]*", slug)
    assert editions.slug(slug) == slug
