"""An edition's scheme as iMeta: levels, parents, weights, codes."""

from __future__ import annotations

import pytest

from flows.export.scheme import implied_maxima, meta_rows, scheme_of
from tests.flows.export.making import indicator, numbers

TOTAL = indicator("总分", maximum=25, kind="total")
SCHEME = [
    indicator("设施", maximum=10), indicator("服务", maximum=10), TOTAL,
    indicator("设施/网络", "设施", 4), indicator("设施/平台", "设施", 6),
    indicator("服务/在线", "服务", 10), indicator("加分项", maximum=5, kind="bonus"),
    indicator("入评个数", kind="statistic"), indicator("服务/网络", "服务", kind="misplaced"),
]  # fmt: skip


def by_code(indicators, observations=()):
    return {row["iCode"]: row for row in meta_rows(scheme_of(indicators, observations))}


def test_indicators_are_at_level_1_and_each_parent_right_above():
    meta = by_code(SCHEME)
    shape = {code: (row["Level"], row["Parent"], row["Type"][:3]) for code, row in meta.items()}
    assert shape == {
        "TOTAL": (3, None, "Agg"),
        "I1": (2, "TOTAL", "Agg"), "I1_1": (1, "I1", "Ind"), "I1_2": (1, "I1", "Ind"),
        "I2": (2, "TOTAL", "Agg"), "I2_1": (1, "I2", "Ind"),
        "I3_L2": (2, "TOTAL", "Agg"), "I3": (1, "I3_L2", "Ind"),
    }  # fmt: skip


def test_a_bonus_is_an_aggregate_of_one_child_and_weights_are_maxima():
    meta = by_code(SCHEME)
    assert meta["I3"]["iName"] == meta["I3_L2"]["iName"] == "加分项"
    assert {code: row["Weight"] for code, row in meta.items()} == {
        "TOTAL": 25, "I1": 10, "I1_1": 4, "I1_2": 6, "I2": 10, "I2_1": 10, "I3_L2": 5, "I3": 5,
    }  # fmt: skip
    assert meta["I1_1"]["Target"] == 4 and meta["I1"]["Target"] is None
    assert meta["I1_1"]["Indicator"] == "设施/网络"


def test_a_flat_scheme_has_the_three_levels_that_coinr_needs():
    flat = by_code([indicator("甲", maximum=60), indicator("乙", maximum=40)])
    assert {row["Level"] for row in flat.values()} == {1, 2, 3}
    assert (flat["TOTAL"]["Weight"], flat["TOTAL"]["WeightBasis"]) == (100, "parts")


def test_printed_codes_stay_where_r_takes_them_for_names():
    meta = by_code([
        indicator("L1", weight=26), indicator("L1P1", "L1", weight=5),
        indicator("L1P1-A1", "L1P1", weight=30, weight_base="parent", level=3),
        indicator("L1P1_A1", "L1P1", weight=70, weight_base="parent", level=3),
    ])  # fmt: skip
    assert set(meta) == {"TOTAL", "L1", "L1P1", "L1P1_A1", "L1P1_A1_"}
    assert (meta["L1P1_A1"]["Target"], meta["L1P1_A1"]["WeightBasis"]) == (30, "weight")


def test_an_only_child_without_a_weight_has_all_of_its_parent():
    share = {"weight_base": "parent", "level": 3}
    meta = by_code([
        indicator("A", weight=60), indicator("A1", "A", weight=40, **share),
        indicator("A2", "A", weight=60, **share),
        indicator("B", weight=40), indicator("B1", "B", level=3),
    ])  # fmt: skip
    assert (meta["B1"]["Weight"], meta["B1"]["WeightBasis"]) == (100, "rest")


def test_parts_without_a_maximum_share_what_the_others_leave():
    meta = by_code([
        indicator("A", maximum=20), indicator("A1", "A", 12), indicator("A2", "A"), indicator("A3", "A"),
    ])  # fmt: skip
    assert [meta[code]["Weight"] for code in ("A1", "A2", "A3")] == [12, 4, 4]


def test_a_deduction_takes_no_share_and_is_worse_for_more():
    meta = by_code([indicator("A", maximum=10), indicator("B", kind="deduction")])
    assert (meta["B"]["Weight"], meta["B"]["Direction"], meta["B"]["WeightBasis"]) == (
        0,
        -1,
        "no share",
    )
    assert meta["TOTAL"]["Weight"] == 10


def test_nothing_said_is_one_each_and_named():
    meta = by_code([indicator("甲"), indicator("乙")])
    assert {row["WeightBasis"] for row in meta.values()} == {"unstated", "parts"}
    assert meta["I1"]["Weight"] == meta["I2"]["Weight"] == 1


RATED = {f"市{n}": {"设施/平台": float(n)} for n in range(1, 7)}
OTHERS = numbers("other", {"市1": {"设施/网络": 3.0}})


def rated(maximum):
    rates = {
        city: {name: 100 * n / maximum for name, n in one.items()} for city, one in RATED.items()
    }
    return [*numbers("t", RATED), *numbers("t", rates, "rate")]


def test_scores_and_rates_imply_a_maximum():
    assert implied_maxima(rated(6)) == {"设施/平台": 6}
    assert implied_maxima(rated(6)[:4]) == {}  # too few rows
    assert implied_maxima(rated(6.3)) == {}  # no maximum is 6.3


def test_a_maximum_that_breaks_the_sum_gives_way_to_the_implied_one():
    wrong = [
        indicator("设施", maximum=10),
        indicator("设施/网络", "设施", 4),
        indicator("设施/平台", "设施", 11),
    ]
    meta = by_code(wrong, [*OTHERS, *rated(6)])
    assert (meta["I1_2"]["Weight"], meta["I1_2"]["WeightBasis"], meta["I1_2"]["MaxPrinted"]) == (
        6,
        "score / rate",
        11,
    )
    assert meta["I1_1"]["MaxPrinted"] is None


@pytest.mark.parametrize("implied", [6.5, 11])
def test_a_maximum_stays_where_the_implied_one_does_not_add_up_either(implied):
    wrong = [
        indicator("设施", maximum=10),
        indicator("设施/网络", "设施", 4),
        indicator("设施/平台", "设施", 11),
    ]
    assert by_code(wrong, [*OTHERS, *rated(implied)])["I1_2"]["Weight"] == 11


def test_an_aggregate_whose_parts_are_not_printed_is_an_indicator():
    printed = numbers("t", {"甲市": {"设施": 8.0, "服务/在线": 7.0, "加分项": 1.0}})
    meta = by_code(SCHEME, printed)
    assert meta["I1"]["Type"] == "Indicator" and "I1_1" not in meta
    assert meta["I2"]["Type"] == "Aggregate"


def test_what_has_no_score_at_all_is_no_column():
    index = scheme_of(SCHEME, numbers("t", {"甲市": {"设施/网络": 3.0, "服务/在线": 7.0}}))
    assert [leaf.name for leaf in index.leaves()] == ["网络", "在线"]
    assert index.unscored == ["平台", "加分项"]
    # Without any score the whole scheme is there, to be filled in.
    assert scheme_of(SCHEME, numbers("t", {"甲市": {"入评个数": 3.0}})).unscored == []


def test_a_score_is_normalised_to_its_share_of_the_maximum():
    row = by_code(SCHEME)["I1_1"]
    names = ("goalpost_lower", "goalpost_upper", "goalpost_scale", "goalpost_trunc2posts")
    assert [row[name] for name in names] == [0, 4, 1, "FALSE"]
    assert by_code([indicator("B", kind="deduction")])["B"]["goalpost_upper"] == 1


def test_of_two_totals_the_one_that_is_printed_for_most_is_the_index():
    both = [*SCHEME, indicator("综合分", maximum=30, kind="total")]
    scores = {city: {"设施": 8.0, "服务/在线": 7.0, "综合分": 15.0} for city in ("甲市", "乙市")}
    assert scheme_of(both, numbers("t", scores)).name == "综合分"
    assert scheme_of(both, []).name == "总分"


def test_a_list_on_its_own_is_no_part_of_the_total():
    own = [*SCHEME, indicator("满意度", maximum=100)]
    alone = numbers("own", {"甲市": {"满意度": 90.0}})
    beside = numbers("t", {"甲市": {"设施": 8.0, "服务/在线": 7.0, "加分项": 1.0, "总分": 16.0}})
    index = scheme_of(own, [*alone, *beside])
    assert index.aside == ["满意度"]
    assert [child.name for child in index.children] == ["设施", "服务", "加分项"]
    # A table that prints the total beside one number tells nothing of what it is made of.
    few = numbers("t", {"甲市": {"设施": 8.0, "总分": 16.0}})
    assert scheme_of(own, [*alone, *few]).aside == []


def test_without_scored_indicators_there_is_no_scheme():
    assert scheme_of([indicator("网民数", kind="statistic")], []) is None


def test_what_is_measured_in_a_unit_beside_points_is_no_part_of_the_index():
    parts = [indicator("甲", maximum=60), indicator("乙", maximum=40), indicator("经济总量")]
    units = {"甲": "POINTS", "乙": "POINTS", "经济总量": "CNY"}
    printed = numbers("t", {"某市": dict.fromkeys(units, 1.0)})
    observed = [row | {"unit_measure": units[row["indicator"]]} for row in printed]
    index = scheme_of(parts, observed)
    assert [node.name for node in index.leaves()] == ["甲", "乙"]
    assert "经济总量" in index.aside
