"""Holding: an edition or revision all too different from the one before waits for a person."""

from __future__ import annotations

import pytest

from flows.hold import predecessor
from flows.status import status
from tests.flows.desk import Desk, score_table

CITIES = ["深圳市", "广州市", "成都市", "武汉市", "杭州市", "南京市", "宁波市", "无锡市"]
OTHERS = ["苏州市", "厦门市", "青岛市", "大连市", "西安市", "长沙市", "合肥市", "福州市"]
SERIES = "some_press-cities"


def _text(year, cities, scale=1.0):
    scores = {city: round((76.5 - 3 * n + year % 7) * scale, 2) for n, city in enumerate(cities)}
    return f"{year}年评估\n\n{score_table(scores, head='得分')}"


def _put(desk, year, cities, scale=1.0, name=None, text=None, **sidecar):
    edition = f"{SERIES}-{year}"
    name = name or f"report-{year}.txt"
    return desk.put(name, text or _text(year, cities, scale), edition=edition, year=year, **sidecar)


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    [outcome] = desk.ingest(_put(desk, 2018, CITIES))
    assert outcome.state == "landed"
    return desk


def _editions(desk):
    return {row["edition"] for row in desk.rows("documents")}


def test_an_edition_that_loses_half_its_entities_is_held_until_it_is_accepted(desk):
    path = _put(desk, 2019, CITIES[:4] + OTHERS[:4])
    [outcome] = desk.ingest(path)
    assert (outcome.state, outcome.code, outcome.is_bad) == ("held", "held-entities", True)
    [reason] = outcome.reasons
    assert "of the 8 entities of some_press-cities-2018 it has 4 (8 in all)" in reason
    assert "--accept" in reason and _editions(desk) == {f"{SERIES}-2018"}
    [held] = status(desk.curated).held
    assert (held["document"], held["code"], held["url"]) == (
        "report-2019.txt",
        "held-entities",
        path,
    )
    assert desk.ingest(path)[0].state == "held"  # it stays so until a person says otherwise
    assert desk.ingest(path, accept=True)[0].state == "landed"
    assert not status(desk.curated).held
    assert desk.ingest(path)[0].state == "unchanged"


def test_one_that_keeps_more_than_half_lands(desk):
    assert desk.ingest(_put(desk, 2019, CITIES[:5] + OTHERS[:3]))[0].state == "landed"


@pytest.mark.parametrize("scale", [10.0, 0.1])
def test_values_that_shift_by_an_order_of_magnitude_are_held_with_the_numbers(desk, scale):
    [outcome] = desk.ingest(_put(desk, 2019, CITIES, scale))
    assert (outcome.state, outcome.code) == ("held", "held-magnitude")
    [reason] = outcome.reasons
    assert f"is {67.5 * scale:g} where {SERIES}-2018 has 66.5" in reason and "8 places" in reason


def test_values_that_double_land(desk):
    assert desk.ingest(_put(desk, 2019, CITIES, 2.0))[0].state == "landed"


def test_a_revision_is_compared_with_what_it_replaces(desk):
    text = _text(2018, CITIES[:3])
    [outcome] = desk.ingest(_put(desk, 2018, CITIES, text=text, revision=2))
    assert (outcome.state, outcome.code) == ("held", "held-entities")
    assert "what had landed" in outcome.reasons[0] and len(desk.rows("rankings")) == 8
    assert desk.ingest(_put(desk, 2018, CITIES, text=text, revision=2), accept=True)[0].state == (
        "landed"
    )


def test_what_is_mended_lands_and_is_held_no_longer(desk):
    assert desk.ingest(_put(desk, 2019, CITIES, 10.0))[0].state == "held"
    assert desk.ingest(_put(desk, 2019, CITIES))[0].state == "landed"
    assert not status(desk.curated).held


def test_the_documents_of_an_edition_are_compared_as_one(tmp_path):
    desk = Desk(tmp_path)
    halves = (CITIES[:4], CITIES[4:])
    first = [_put(desk, 2018, half, name=f"{n}.txt") for n, half in enumerate(halves)]
    assert {one.state for one in desk.ingest(*first)} == {"landed"}
    # Each has half of the edition before; together they have all of it, in one batch or two.
    later = [_put(desk, 2019, half, name=f"{n}-2019.txt") for n, half in enumerate(halves)]
    assert [desk.ingest(path)[0].state for path in later] == ["landed", "landed"]
    worse = [_put(desk, 2020, OTHERS[:4], name="a.txt"), _put(desk, 2020, CITIES[:3], name="b.txt")]
    assert [one.state for one in desk.ingest(*worse)] == ["held", "held"]


def test_a_dry_run_says_what_would_be_held_and_lists_nothing(desk):
    [outcome] = desk.ingest(_put(desk, 2019, OTHERS), dry_run=True)
    assert outcome.state == "held" and not status(desk.curated).held


def test_a_first_edition_and_another_series_are_compared_with_nothing(desk):
    path = desk.put("other.txt", _text(2019, OTHERS), edition="some_press-towns-2019", year=2019)
    assert desk.ingest(path)[0].state == "landed"


@pytest.mark.parametrize(
    ("edition", "found"),
    [
        ("a-b-2019", "a-b-2017"),
        ("a-b-2016", "a-b-2015"),
        ("a-b-2015", None),
        ("a-c-2019", None),
        ("a-b-undated", None),
    ],
)
def test_the_edition_before_is_the_latest_of_its_series(edition, found):
    assert predecessor(edition, ["a-b-2017", "a-b-2015", "a-b-2020", "a-b", "x-b-2018"]) == found
