"""`diff`: two editions by caption, label and crosswalk; two releases cell by cell."""

from __future__ import annotations

import pytest

from flows import pairing
from flows.diff import UnknownNameError, diff
from flows.store import Store
from tests.flows.desk import Desk, score_table

A, B = "some_press-cities-2018", "some_press-cities-2019"
OLD = {
    "深圳市": 76.5,
    "广州市": 75.1,
    "成都市": 70.2,
    "武汉市": 69.0,
    "杭州市": 65.1,
    "南京市": 64.0,
}
NEW = {
    "广州市": 79.5,
    "深圳市": 77.1,
    "武汉市": 70.2,
    "杭州市": 69.0,
    "宁波市": 66.1,
    "成都市": 64.0,
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Two editions; then a revision of the later one with a changed cell and a new row."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    first = desk.put("a.txt", f"2018年评估\n\n{score_table(OLD)}", edition=A, year=2018)
    later = f"2019年评估\n\n引言。\n\n{score_table(NEW, caption='表3 城市得分')}"
    second = desk.put("b.txt", later, edition=B, year=2019)
    assert {one.state for one in desk.ingest(first, second)} == {"landed"}
    revised = "新的引言。\n" + later.replace("69.0", "69.1") + "7\t无锡市\t60.5\n"
    third = desk.put("b.txt", revised, edition=B, year=2019, revision=2)
    assert [one.state for one in desk.ingest(third)] == ["landed"]
    return desk


@pytest.fixture(scope="module")
def releases(desk):
    return [release.release for release in Store(desk.curated).releases()]


def test_editions_are_compared_by_whom_their_lists_rank(desk):
    found = diff(A, B, desk.curated)
    assert found.kind == "editions"
    moves = {one.name: (one.before["rank"], one.after["rank"], one.moved) for one in found.ranks}
    assert moves == {
        "成都市": (3, 6, -3), "深圳市": (1, 2, -1), "广州市": (2, 1, 1), "武汉市": (4, 3, 1),
        "杭州市": (5, 4, 1),
    }  # fmt: skip
    first = found.ranks[0]
    assert (first.name, first.before["line"], first.after["line"]) == ("成都市", 7, 13)
    assert first.entity == "CN510100" and first.after["rank_printed"] == "6"


def test_coverage_names_who_came_and_went(desk):
    entities = diff(A, B, desk.curated).entities
    assert (entities["a"], entities["b"], entities["shared"]) == (6, 7, 5)
    assert [one["name"] for one in entities["lost"]] == ["南京市"]
    assert {one["name"] for one in entities["gained"]} == {"宁波市", "无锡市"}


def test_tables_of_two_editions_are_one_by_their_caption_without_its_number(desk):
    [table] = diff(A, B, desk.curated).tables
    assert (table.before["caption"], table.after["caption"]) == ("表1 城市得分", "表3 城市得分")
    assert (table.before["rows"], table.after["rows"]) == (6, 7)
    assert not table.columns_gained and not table.columns_lost


def test_releases_show_the_cells_that_print_something_else_wherever_they_moved(desk, releases):
    found = diff(*releases, desk.curated)
    assert [(one["document"], one["state"]) for one in found.documents] == [("b.txt", "changed")]
    changed = {one.row_label: (one.before, one.after, one.line) for one in found.cells}
    # One line was put in above: the table and its rows moved, and no other cell changed.
    assert changed.pop("杭州市") == ("69.0", "69.1", 11)
    assert set(changed) == {"无锡市"} and len(found.cells) == 1 + 3
    assert all(one.before is None for one in found.cells if one.row_label == "无锡市")
    assert found.counts["rankings"] == {"a": 12, "b": 13} and not found.datasets
    assert [(one["id"], one["edition"]) for one in found.entities["gained"]] == [("CN320200", B)]


def test_a_release_is_the_same_as_itself(desk, releases):
    found = diff(releases[0], releases[0], desk.curated)
    assert not (found.documents or found.cells or found.tables or found.ranks)


@pytest.mark.parametrize("pair", [("x", A), (A, "20200101T000000.000000Z")])
def test_an_unknown_name_lists_what_there_is(desk, pair):
    with pytest.raises(UnknownNameError, match=B):
        diff(*pair, desk.curated)


def test_an_edition_is_not_compared_with_a_release(desk, releases):
    with pytest.raises(UnknownNameError, match="the other a release"):
        diff(A, releases[0], desk.curated)


def test_a_crosswalk_pairs_lists_of_renamed_indicators():
    def ranked(edition, indicator, title, column):
        rows = [
            {"edition": edition, "document": "d", "table_id": edition, "column_number": column,
             "ref_area": f"CN{n}", "row_label": str(n), "rank": n, "indicator": indicator,
             "list": title}
            for n in range(4)
        ]  # fmt: skip
        return rows

    walk = [{"edition": B, "other_edition": A, "indicator": "new", "other_indicator": "old"}]
    links = pairing.links(walk, A, B)
    assert links == {"old": "new"}
    before = pairing.lists(ranked(A, "old", "甲", 1) + ranked(A, "x", "乙", 2), links)
    after = pairing.lists(ranked(B, "other", "丙", 1) + ranked(B, "new", "丁", 2))
    pairs = {(old.name, new.name) for old, new in pairing.paired_lists(before, after)}
    assert ("甲", "丁") in pairs  # whom they rank is the same everywhere: the indicator decides
    unlinked = pairing.lists(ranked(A, "old", "甲", 1) + ranked(A, "x", "乙", 2))
    assert ("甲", "丙") in {(o.name, n.name) for o, n in pairing.paired_lists(unlinked, after)}


@pytest.mark.parametrize(
    ("caption", "plain"),
    [
        ("表3-1 2018年城市得分", "城市得分"),
        ("附表2：2017-2018年 城市得分", "城市得分"),
        ("（一）城市得分：", "城市得分"),
        ("城市得分", "城市得分"),
        (None, ""),
    ],
)
def test_a_plain_caption_has_no_number_and_no_year(caption, plain):
    assert pairing.plain_caption(caption) == plain
