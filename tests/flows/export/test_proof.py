"""From the exports alone: the printed totals and ranks of two evaluations, and a formula's score.

The documents lie beside the checkout (`shared`); the code is that of docs/scoring.md. Run with
``-rP`` to read the figures.
"""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from flows.export import plain, write_coinr
from flows.export.selection import Selection
from flows.export.target import Target
from flows.store import Store
from tests.flows.desk import Desk
from tests.flows.export.proof import run_page

#: Totals and their parts are printed with two decimals; a total is one unit of the last off
#: where its parts were rounded.
UNIT = 0.01
NOISE = 1e-6

#: What the documents print, by the start of their names: units, indicators, and how many
#: totals are exactly the sum of their printed parts.
EVALUATIONS = {"000": (126, 4, 126), "002": (151, 17, 89)}


@pytest.fixture(scope="module")
def store(shared, tmp_path_factory) -> Store:
    """The three documents, landed."""
    desk = Desk(tmp_path_factory.mktemp("proof"))
    raw = desk.folder / "raw"
    raw.mkdir()
    paths = []
    for start in ("000", "001", "002"):
        [path] = (shared / "seeds").glob(f"{start}_*")
        paths.append(shutil.copy(path, raw))
    assert {one.state for one in desk.ingest(*paths)} == {"landed"}
    return Store(desk.curated)


def edition_of(store: Store, start: str) -> str:
    rows = store.read("documents").to_pylist()
    [edition] = {row["edition"] for row in rows if row["name"].startswith(start)}
    return edition


@pytest.fixture(scope="module", params=EVALUATIONS)
def evaluation(request, store, tmp_path_factory):
    """The name of a document, and what its page of the docs makes of its export."""
    folder = tmp_path_factory.mktemp(f"export{request.param}")
    selection = Selection.of(store, edition=edition_of(store, request.param))
    about = write_coinr.write(selection, Target(folder / "scores"))
    page = run_page(folder, 0) | {"tables": set(about["tables"])}
    return request.param, folder / "scores", page


def test_weighted_sums_are_the_printed_totals(evaluation):
    name, folder, page = evaluation
    data, units, indicators, exact = page["data"], *EVALUATIONS[name]
    off = (data["score"] - data["PUB_TOTAL"]).abs()
    leaves = list(page["shares"](page["meta"]))
    print(
        f"{name}: {len(data)} units, {len(leaves)} indicators; totals: {(off < NOISE).sum()} exact, "
        f"{(off < UNIT + NOISE).sum()} within {UNIT}, the farthest {off.max():.4f} off"
    )
    assert (len(data), data["uCode"].nunique(), len(leaves)) == (units, units, indicators)
    assert ((off < NOISE).sum(), (off < UNIT + NOISE).sum()) == (exact, units)
    departures = pd.read_csv(folder / "departures.csv")
    assert departures[departures["what"] == "total"].empty


def test_ranks_are_the_printed_ones_but_for_what_findings_say(evaluation, store):
    name, folder, page = evaluation
    data, ties = page["data"], json.loads((folder / "datapackage.json").read_text())["ties"]
    bare = data.index[data[f"rank_{ties}"] != data["PUB_RANK"]]
    # Where the sum is the total but for rounding, the total as rounded decides.
    data["rounded"] = data["score"].mask((data["score"] - data["PUB_TOTAL"]).abs() < UNIT + NOISE, data["PUB_TOTAL"])  # fmt: skip
    ranked = data.groupby(page["group"])["rounded"].rank(ascending=False, method=ties)
    apart = data[ranked != data["PUB_RANK"]]
    print(
        f"{name}: ranks (ties: {ties}): {len(data) - len(bare)} from the bare sums "
        f"(not: {', '.join(data.loc[bare, 'uName'])}), {len(data) - len(apart)} as rounded; "
        f"not: {', '.join(apart['uName']) or 'none'}"
    )
    listed = pd.read_csv(folder / "departures.csv")
    ours = listed[listed["what"] == "rank"]
    assert set(apart["uCode"]) == set(ours["uCode"])
    assert ours["finding_id"].notna().all()
    assert findings_of(store, page["tables"]) == set(ours["finding_id"])


def findings_of(store, tables: set[str]) -> set[str]:
    """The findings about a number of these tables: all but those about their places' names."""
    return {
        row["finding_id"]
        for row in store.read("findings").to_pylist()
        if row["table_id"] in tables and row["row_number"] and row["check"] != "area-unresolved"
    }


def test_ranks_that_only_rounding_decides_are_few(evaluation):
    """大庆: its printed parts add up to the total of the city before it, its total does not."""
    name, folder, page = evaluation
    ties = json.loads((folder / "datapackage.json").read_text())["ties"]
    data = page["data"]
    bare = set(data.loc[data[f"rank_{ties}"] != data["PUB_RANK"], "uName"])
    assert bare == {"000": set(), "002": {"荆州", "大庆"}}[name]


def test_score_rate_and_rank_of_one_thing_stand_side_by_side(store, tmp_path):
    edition = edition_of(store, "002")
    plain.write(Selection.of(store, edition=edition), Target(tmp_path / "long"), "long")
    view = pd.read_csv(tmp_path / "long" / "tidy.csv")
    whole = view.dropna(subset=["score", "rate", "rank"])
    # Rates are printed with two decimals of scores with two, which were rounded before.
    off = whole[(whole["rate"] - 100 * whole["score"] / whole["max_score"]).abs() > 0.11]
    print(
        f"002: {len(view)} things, {len(whole)} with score, rate and rank; the rate is not score / "
        f"maximum in {len(off)}, all of {set(off['indicator'])}"
    )
    findings = [row for row in store.read("findings").to_pylist() if row["edition"] == edition]
    contradicted = [row["evidence"] for row in findings if row["check"] == "max-contradicted"]
    [indicator] = set(off["indicator"])
    assert len(whole) > 3000 and len(contradicted) == 1 and contradicted[0].startswith(indicator)
    assert set(view.loc[view["ranks_printed"] > 1, "area_name"]) == {"荆州市"}
    assert not (view["values_printed"] > 1).any()
    earlier = f"{edition[:-4]}2014/"
    assert view.groupby("stable_indicator")["indicator"].nunique().max() == 1
    assert view["stable_indicator"].str.startswith(earlier).sum() > 1000


#: A city that never was. The figures beside are worked out by hand from the printed formulas.
ANSWERS = {
    "L1P1-A1": {  # 30 x 600 / 800 = 22.5
        "已实现使用以公民身份证号码或法人和其他组织统一社会信用代码为唯一标识的电子证照办理的政务服务事项数量": 600,
        "政务服务事项总数": 800,
    },
    "L1P1-A2": {"实现线下一站式办理的政务服务事项数量": 640, "政务服务事项总数": 800},  # 24
    "L1P1-A3": {"支持统一身份认证的网上政务服务事项数量": 700, "政务服务事项总数": 800},  # 35
    "L1P3-A1": {  # 40% x (30/40 x 50 + 20/50 x 50) = 40% x 57.5 = 23
        "开通社保自助服务的街道数": 30, "街道总数": 40, "开通社保自助服务的乡镇数": 20, "乡镇总数": 50,
    },
    "L1P3-A2": {"实现异地业务办理": 3},  # 40% x 75 = 30
    "L1P3-A3": {"服务模式种类": 4},  # 20% x 80 = 16
    "L1P8-A1": {  # 50 + 20 + 10 = 80
        "城市政府主门户网站支持无障碍访问情况": True,
        "城市政府各门户网站支持无障碍访问情况": 0.7,
        "城市主流新闻媒体网站支持无障碍访问情况": 2,
    },
    "L7P1-A1": {"是否设立领导组织机构及领导体制": True, "领导组织机构是否有实际工作内容": True},  # 30
    "L7P1-A2": {"是否纳入政府绩效考核体系": True, "是否建立智慧城市项目管理制度": False},  # 15
    "L7P1-A3": {"社会资本数量": 30, "总投资数": 120, "是否有第三方运营": True},  # 40% x 62.5 = 25
}  # fmt: skip

BY_HAND = {
    "L1P1-A1": 22.5, "L1P1-A2": 24, "L1P1-A3": 35, "L1P3-A1": 23, "L1P3-A2": 30, "L1P3-A3": 16,
    "L1P8-A1": 80, "L7P1-A1": 30, "L7P1-A2": 15, "L7P1-A3": 25,
}  # fmt: skip

#: 5% of 81.5, 2% of 69, 2% of 80, 4% of 70: in points of the hundred that the scheme has.
PARENTS_BY_HAND = {"L1P1": 4.075, "L1P3": 1.38, "L1P8": 1.6, "L7P1": 2.8}
TOTAL_BY_HAND = 9.855


@pytest.fixture(scope="module")
def notice(store, tmp_path_factory):
    """The scheme of the notice, exported for COINr and long."""
    folder = tmp_path_factory.mktemp("notice")
    selection = Selection.of(store, edition=edition_of(store, "001"))
    write_coinr.write(selection, Target(folder / "scores"))
    plain.write(selection, Target(folder / "long"), "long")
    return folder


def test_a_self_assessment_is_scored_through_the_formulas(notice):
    page = run_page(notice, 1)
    points = page["scored"](page["indicators"], ANSWERS)
    assert points == pytest.approx(BY_HAND, abs=1e-12)
    lists = {
        parent: {"分项分数": [points[one] for one in points if one.startswith(f"{parent}-")]}
        for parent in PARENTS_BY_HAND
    }
    parents = page["scored"](page["indicators"], lists)
    print(f"001: {len(points)} formulas -> {points}; {parents}; {sum(parents.values()):.3f}")
    assert parents == pytest.approx(PARENTS_BY_HAND, abs=1e-12)
    assert sum(parents.values()) == pytest.approx(TOTAL_BY_HAND, abs=1e-12)


def test_the_weights_of_imeta_give_the_same_as_the_formulas(notice):
    template = notice / "scores" / "iData.csv"
    meta = pd.read_csv(notice / "scores" / "iMeta.csv")
    codes = dict(zip(meta["Indicator"], meta["iCode"], strict=True))
    columns = list(pd.read_csv(template).columns)
    answers = {codes[one]: points for one, points in BY_HAND.items()}
    row = {name: answers.get(name, 0) for name in columns}
    row |= {"uCode": "CN000000", "uName": "某市", "Time": 2018}
    pd.DataFrame([row])[columns].to_csv(template, index=False)
    page = run_page(notice, 0)
    assert page["data"]["score"].item() == pytest.approx(TOTAL_BY_HAND, abs=1e-6)
    built = meta[meta["Parent"].isna() & meta["Level"].notna()]
    assert built["Weight"].item() == 100
