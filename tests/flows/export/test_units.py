"""iData: which table a unit's numbers come from, and how its rows are told apart."""

from __future__ import annotations

import pytest

from flows.export.departures import departures_of, half_unit, ranked, ties_of
from flows.export.units import RANK, time_number, units_of
from tests.flows.export.making import numbers, ranks, table

LEAVES = ["甲", "乙"]


def row(one, other, total=None):
    return {"甲": one, "乙": other, "总分": total if total is not None else one + other}


ANNEX = numbers("annex", {"A": row(3.0, 4.0), "B": row(2.0, 2.0), "C": row(1.0, 0.5)})
OVERALL = numbers("overall", {"A": {"总分": 7.0}, "B": {"总分": 4.0}, "C": {"总分": 1.6}})
TABLES = [table("overall", 10), table("single", 50), table("annex", 90)]


def made(observations, rankings=(), tables=TABLES, year=2019):
    return units_of(observations, rankings, tables, LEAVES, "总分", year)


def departures(units, rankings=(), findings=()):
    return departures_of(
        units.rows, units.others, LEAVES, "总分", ties_of(list(rankings)), findings
    )


def test_the_table_with_the_most_indicators_is_taken_wherever_it_stands():
    units = made([*OVERALL, *ANNEX])
    assert units.tables == [("a.txt", "annex")] and units.unused == [("a.txt", "overall")]
    assert [one.cells["甲"].value for one in units.rows] == [3, 2, 1]
    assert not units.groups


def test_another_tables_other_number_is_named():
    units = made([*OVERALL, *ANNEX])
    [other] = units.others
    assert (other.row.name, other.indicator, other.taken, other.other) == ("C", "总分", 1.5, 1.6)
    [one] = departures(units)
    assert (one.what, one.uName, one.printed, one.computed) == (
        "value in another table",
        "C",
        1.5,
        1.6,
    )


def test_what_a_row_lacks_comes_from_the_other_tables():
    lacking = [one for one in ANNEX if not (one["row_label"] == "B" and one["indicator"] == "乙")]
    single = numbers("single", {"B": {"乙": 2.5}, "A": {"乙": 4.0}})
    units = made([*lacking, *single])
    assert units.rows[1].cells["乙"].value == 2.5
    assert units.tables == [("a.txt", "annex"), ("a.txt", "single")] and not units.others


def test_indicators_in_a_list_each_are_joined_by_unit():
    one = numbers("one", {"A": {"甲": 3.0}, "B": {"甲": 2.0}})
    two = numbers("two", {"B": {"乙": 2.0}, "A": {"乙": 4.0}, "C": {"乙": 1.0}})
    units = made([*one, *two], tables=[table("one", 1), table("two", 2)])
    got = {
        unit.name: {name: cell.value for name, cell in unit.cells.items()} for unit in units.rows
    }
    assert got == {"A": {"甲": 3, "乙": 4}, "B": {"甲": 2, "乙": 2}, "C": {"乙": 1}}


def test_a_table_of_other_places_is_no_part_of_the_evaluation():
    provinces = numbers("provinces", {"P": {"乙": 2.0}, "Q": {"乙": 2.0}})
    units = made([*ANNEX, *provinces], tables=[*TABLES, table("provinces", 70)])
    assert [unit.name for unit in units.rows] == ["A", "B", "C"]
    assert ("a.txt", "provinces") in units.unused


GROUPS = [table("cities", 1, "市"), table("districts", 2, "区")]
CITIES = numbers("cities", {"A": row(3.0, 4.0), "B": row(2.0, 2.0), "C": row(1.0, 1.0)})
DISTRICTS = numbers("districts", {"X": row(5.0, 5.0), "B": row(2.0, 2.5), "Y": row(1.0, 1.0)})


def test_groups_are_stacked_and_a_unit_in_two_has_a_row_in_each():
    units = made([*CITIES, *DISTRICTS], tables=GROUPS)
    assert units.groups == ["市", "区"]
    assert [(one.name, one.group) for one in units.rows] == [
        ("A", "市"), ("B", "市"), ("C", "市"), ("X", "区"), ("B", "区"), ("Y", "区"),
    ]  # fmt: skip
    codes = [one.code for one in units.rows]
    assert len(set(codes)) == 6 and codes[4] == f"{codes[1]}_2"
    assert not units.others  # a score in another group contradicts nothing


def test_ranks_are_within_the_group():
    rankings = [*ranks(CITIES, [1, 2, 3]), *ranks(DISTRICTS, [1, 2, 3])]
    units = made([*CITIES, *DISTRICTS], rankings, GROUPS)
    assert [one.rank for one in units.rows] == [1, 2, 3, 1, 2, 3]
    assert departures(units, rankings) == []


def test_a_unit_that_the_register_does_not_know_has_a_stable_code():
    unknown = numbers("annex", {"某区": row(1.0, 1.0), "A": row(2.0, 2.0)}, areas={"某区": None})
    [one] = [unit for unit in made(unknown).rows if unit.name == "某区"]
    assert one.ref_area is None and one.code == "U8BEC151D96"
    moved = numbers("other", {"A": row(2.0, 2.0), "某区": row(9.0, 1.0)}, areas={"某区": None})
    assert one.code in {unit.code for unit in made(moved).rows}


def test_two_years_are_two_rows_of_one_code():
    units = made([*ANNEX, *numbers("annex", {"A": row(1.0, 1.0)}, period="2018")])
    both = [(one.code, one.time) for one in units.rows if one.name == "A"]
    assert len({code for code, _ in both}) == 1 and {time for _, time in both} == {2018, 2019}


@pytest.mark.parametrize(
    ("period", "number"),
    [("2015", 2015), ("2017-S2", 2017.5), ("2017-Q2", 2017.25), ("2016-07", 2016.5),
     ("2016/2017", 2017), ("2016-07-01", 2016.5), (None, 2019), ("soon", 2019)],
)  # fmt: skip
def test_a_period_is_a_number(period, number):
    assert time_number(period, 2019) == number


def test_without_period_and_year_there_is_no_time():
    assert time_number(None, None) is None


def test_a_total_that_is_not_its_sum_is_a_departure_with_its_finding():
    wrong = numbers("annex", {"A": row(3.0, 4.0), "B": row(2.0, 2.0, 4.3), "C": row(1.0, 1.0, 2.1)})
    finding = {"table_id": "annex", "row_number": 2, "column_number": 5, "finding_id": "f1",
               "check": "parts-total"}  # fmt: skip
    [one] = departures(made(wrong), findings=[finding])
    # 2.1 is within what three roundings to one decimal may do, 4.3 is not.
    assert (one.what, one.uName, one.printed, one.computed) == ("total", "B", 4.3, 4.0)
    assert (one.finding_id, one.check) == ("f1", "parts-total")


def test_a_rank_out_of_step_is_a_departure_with_the_finding_of_its_cell():
    rankings = ranks(ANNEX, [1, 3, 2])
    finding = {"table_id": "annex", "row_number": 2, "column_number": 1, "finding_id": "f2",
               "check": "rank-value"}  # fmt: skip
    found = departures(made(ANNEX, rankings), rankings, [finding])
    assert [(one.uName, one.printed, one.computed, one.finding_id) for one in found] == [
        ("B", 3, 2, "f2"), ("C", 2, 3, None),
    ]  # fmt: skip


def test_the_rank_of_another_list_of_the_same_units_counts_of_a_part_of_them_does_not():
    small = numbers("single", {"B": {"总分": 4.0}, "C": {"总分": 1.5}})
    rankings = [*ranks(ANNEX, [1, 2, 3]), *ranks(OVERALL, [1, 3, 2]), *ranks(small, [1, 2])]
    units = made([*ANNEX, *OVERALL, *small], rankings)
    found = [(one.row.name, one.taken, one.other) for one in units.others if one.indicator == RANK]
    assert found == [("B", 2, 3), ("C", 3, 2)]


SCORES = [9.0, 8.0, 8.0, 7.0]


@pytest.mark.parametrize(
    ("ties", "expected"), [("min", [1, 2, 2, 4]), ("dense", [1, 2, 2, 3]), ("first", [1, 2, 3, 4])]
)
def test_the_edition_says_how_equal_scores_are_ranked(ties, expected):
    tied = numbers("annex", {str(n): {"总分": score} for n, score in enumerate(SCORES)})
    assert ties_of(ranks(tied, expected)) == ties
    assert ranked(SCORES, ties) == expected


def test_without_equal_scores_ties_are_the_usual_ones():
    assert ties_of([]) == "min"


@pytest.mark.parametrize(("printed", "half"), [("3", 0.5), ("3.0", 0.05), ("12.25%", 0.005)])
def test_half_a_unit_of_the_last_decimal(printed, half):
    assert half_unit(printed) == pytest.approx(half)
