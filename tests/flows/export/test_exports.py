"""Whole exports of a made-up store: files, descriptors, licences, the tidy view, the command."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from html.parser import HTMLParser

import pandas as pd
import pyarrow.parquet as pq
import pytest
from frictionless import validate

from flows.export import dictionary, tidy
from flows.export.csvfile import plain_text
from flows.export.errors import ExportError
from flows.export.selection import Selection
from flows.export.target import Target
from flows.store import Store
from schemas.datasets import DATASETS
from schemas.licences import described, may_be_shared
from tests.flows.desk import Desk, score_table

OPEN, CLOSED = "some_press-cities-2018", "some_press-cities-2019"
HOSTILE = '=HYPERLINK("https://example.org","得分")'

FIRST = {"深圳市": 76.5, "广州市": 75.1, "成都市": 70.2, "武汉市": 69.0, "杭州市": 65.1}
SECOND = {"广州市": 79.5, "深圳市": 77.1, "武汉市": 70.2, "杭州市": 69.0, "宁波市": 66.1}

PARTS = """
表2 一级指标得分
排名\t城市\t基础设施(40)\t公共服务(60)\t总分(100)
1\t深圳市\t36.5\t40\t76.5
2\t广州市\t35.1\t40\t75.1
3\t成都市\t30.1\t40.1\t70.2
4\t武汉市\t39\t30\t69
5\t杭州市\t35\t30.1\t65.1
"""

GROWTH = """
表3 用户增长情况
城市\t用户数（万户）\t增长（%）
深圳市\t12.5\t-3.5
广州市\t11.5\t2.5
成都市\t10.1\t-0.5
武汉市\t9.7\t+1.5
杭州市\t8.2\t-
"""


@pytest.fixture(scope="module")
def curated(tmp_path_factory) -> str:
    """An open document with a caption made to be computed, and one that is not to be shared."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    text = f"2018年评估\n\n{score_table(FIRST, caption=HOSTILE)}\n{PARTS}\n{GROWTH}"
    first = desk.put("a.txt", text, edition=OPEN, year=2018, licence="CC BY 4.0", source="https://example.org/a")  # fmt: skip
    later = f"2019年评估\n\n引言。\n\n{score_table(SECOND)}"
    second = desk.put("b.txt", later, edition=CLOSED, year=2019, licence="All rights reserved.")
    assert {one.state for one in desk.ingest(first, second)} == {"landed"}
    return desk.curated


def rankbook(*arguments: str, curated: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flows.cli", "export", "--curated", curated, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module", params=["csv", "parquet", "long", "dictionary", "coinr"])
def exported(request, curated, tmp_path_factory):
    """Every form, by the command; its answer."""
    folder = tmp_path_factory.mktemp(request.param) / "out"
    more = ["--edition", OPEN] if request.param == "coinr" else []
    done = rankbook(
        "--format", request.param, "--out", str(folder), "--json", *more, curated=curated
    )
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_frictionless_finds_nothing_wrong(exported):
    folder, answer = exported
    report = validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "rowNumber", "fieldName", "note"])[:5]
    assert {path.name for path in folder.iterdir()} == set(answer["files"])


def test_an_export_says_its_release_sources_and_licences(exported):
    folder, answer = exported
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    if answer["format"] == "dictionary":
        assert "sources" not in descriptor
        return
    assert descriptor["version"] == answer["release"]
    assert descriptor["licenses"] == [described("CC BY 4.0")]
    assert [one["path"] for one in descriptor["sources"]] == ["https://example.org/a"]
    assert descriptor["leftOut"] == answer["left_out"]


def test_a_document_that_is_not_to_be_shared_is_left_out_and_named(exported):
    folder, answer = exported
    if answer["format"] in ("coinr", "dictionary"):
        return
    [out] = answer["left_out"]
    assert (out["edition"], out["document"]) == (CLOSED, "b.txt")
    for path in folder.glob("*.csv"):
        named = [line for line in path.read_text(encoding="utf-8").splitlines() if "b.txt" in line]
        assert not named, path


def test_no_cell_of_an_export_is_a_formula(exported):
    folder, _ = exported
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                for cell in row:
                    assert cell[:1] not in "=@\t" or not cell, (path.name, cell)
                    if cell[:1] in ("+", "-") and len(cell) > 1:
                        float(cell.rstrip("%"))  # a number, or the test fails


@pytest.fixture(scope="module")
def plain(curated, tmp_path_factory):
    """All datasets as CSV, with the restricted document."""
    folder = tmp_path_factory.mktemp("all") / "out"
    arguments = ["--format", "csv", "--out", str(folder), "--include-restricted"]
    assert rankbook(*arguments, curated=curated).returncode == 0
    return folder


def test_every_dataset_is_there_as_it_landed(plain, curated):
    for name in DATASETS:
        with (plain / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        landed = Store(curated).read(name, columns=list(DATASETS[name].columns)).to_pylist()
        assert len(rows) == len(landed) and (not rows or tuple(rows[0]) == DATASETS[name].columns)
        for row, other in zip(rows, landed, strict=True):
            texts = {
                key: plain_text(row[key]) for key, value in other.items() if isinstance(value, str)
            }
            assert texts == {key: other[key] for key in texts}


def test_a_formula_is_guarded_and_a_negative_number_stays_one(plain):
    tables = pd.read_csv(plain / "tables.csv")
    assert f"'{HOSTILE}" in set(tables["caption"])
    growth = pd.read_csv(plain / "observations.csv", dtype={"value_printed": str})
    growth = growth[growth["value_printed"].isin(["-3.5", "-0.5", "+1.5", "-"])]
    assert growth["obs_value"].tolist()[:3] == [-3.5, -0.5, 1.5]


def test_the_tidy_view_has_score_rank_and_the_disagreement(plain):
    view = pd.read_csv(plain / "tidy.csv")
    assert tuple(view.columns) == tuple(tidy.COLUMNS)
    one = view[
        (view["edition"] == OPEN) & (view["area_name"] == "深圳市") & (view["score"] == 76.5)
    ]
    assert (one["rank"] == 1).all() and (one["max_score"] == 100).all() and len(one) >= 1
    key = ["edition", "indicator", "ref_area", "breakdown", "time_period"]
    assert not view.duplicated(key).any()


def test_parquet_keeps_whole_numbers_and_nulls(curated, tmp_path):
    arguments = ["--format", "parquet", "--out", str(tmp_path / "out")]
    assert rankbook(*arguments, curated=curated).returncode == 0
    path = tmp_path / "out" / "observations.parquet"
    frame = pd.read_parquet(path)
    assert str(frame["line"].dtype) == "Int64" and frame["page"].isna().all()
    assert pq.read_schema(path).field("line").type == "int64"


def test_coinr_files_have_the_scores_and_the_scheme(curated, tmp_path):
    folder = tmp_path / "out"
    done = rankbook("--format", "coinr", "--edition", OPEN, "--out", str(folder), curated=curated)
    assert done.returncode == 0, done.stderr
    data, meta = pd.read_csv(folder / "iData.csv"), pd.read_csv(folder / "iMeta.csv")
    assert list(data["uCode"]) == ["CN440300", "CN440100", "CN510100", "CN420100", "CN330100"]
    indicators = meta[meta["Type"] == "Indicator"]
    assert list(indicators["iName"]) == ["基础设施", "公共服务"]
    assert (data[list(indicators["iCode"])].sum(axis=1) - data["PUB_TOTAL"]).abs().max() < 1e-9
    assert "5 rows, 2 indicators" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--format"),
        (["--format", "csv"], "--out"),
        (["--format", "coinr", "--out", "x"], "--edition"),
        (["--format", "coinr", "--out", "x", "--edition", "none"], OPEN),
        (["--format", "csv", "--out", "x", "--release", "none"], "no release none"),
        (["--format", "csv", "--out", "x", "--to", "postgresql://x/y"], "--to goes without"),
    ],
)
def test_a_call_that_cannot_be_meant(arguments, said, curated, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = rankbook(*arguments, curated=curated)
    assert done.returncode == 2 and said in done.stderr
    assert not (tmp_path / "x").exists()


def test_an_edition_that_may_not_be_shared_has_nothing_to_score(curated, tmp_path):
    out = ["--format", "coinr", "--edition", CLOSED, "--out", str(tmp_path / "out")]
    done = rankbook(*out, curated=curated)
    assert done.returncode == 2 and "--include-restricted" in done.stderr
    assert rankbook(*out, "--include-restricted", curated=curated).returncode == 0


def test_an_export_does_not_write_among_other_files(tmp_path):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ExportError, match="mine.txt"):
        Target(tmp_path)


def test_an_older_export_is_replaced_and_a_readers_own_file_stays(tmp_path):
    older = Target(tmp_path)
    older.csv("old.csv", ["a"], [[1]])
    older.finish({"resources": [{"path": "old.csv"}, {"path": "../outside.csv"}]})
    (tmp_path / "mine.py").write_text("x", encoding="utf-8")
    dictionary.write(Target(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {
        "dictionary.md", "dictionary.html", "dictionary.csv", "datapackage.json", "mine.py",
    }  # fmt: skip


def test_an_export_that_breaks_off_leaves_the_older_one(tmp_path):
    dictionary.write(Target(tmp_path))
    before = (tmp_path / "dictionary.csv").read_bytes()
    broken = Target(tmp_path)
    broken.csv("dictionary.csv", ["a"], [[1]])
    assert (tmp_path / "dictionary.csv").read_bytes() == before
    dictionary.write(Target(tmp_path))
    assert validate(str(tmp_path / "datapackage.json")).valid
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("licence", "shared"),
    [(None, True), ("", True), ("CC BY 4.0", True), ("All Rights Reserved", False),
     ("© 某出版社 版权所有", False), ("内部资料，不得外传", False), ("unrestricted", True)],
)  # fmt: skip
def test_what_a_licence_allows(licence, shared):
    assert may_be_shared(licence) is shared


def test_a_known_licence_has_its_address():
    assert described("cc-by-4.0")["path"].startswith("https://creativecommons.org/")
    assert described("某条款") == {"name": "other", "title": "某条款"}


def link(edition, one, other_edition, other, relation="renamed"):
    return {"edition": edition, "indicator": one, "other_edition": other_edition,
            "other_indicator": other, "relation": relation}  # fmt: skip


def test_linked_indicators_have_the_id_of_the_earliest_edition():
    documents = [{"edition": f"e-{year}", "edition_year": year} for year in (2017, 2018)]
    stable = tidy.stable_ids(
        [
            link("e-2018", "新", "e-2017", "中"),
            link("e-2017", "中", "e-2016", "旧", "changed"),
            link("e-2018", "来", "e-2017", None, "added"),
        ],
        documents,
    )
    assert stable == dict.fromkeys(
        [("e-2018", "新"), ("e-2017", "中"), ("e-2016", "旧")], "e-2016/旧"
    )


class _Cells(HTMLParser):
    """What a page holds."""

    def __init__(self) -> None:
        super().__init__()
        self.rows, self.links, self.ids = 0, set(), set()

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.rows += tag == "tr"
        self.ids |= {named["id"]} if "id" in named else set()
        self.links |= {named["href"]} if "href" in named else set()


def test_the_dictionary_tells_every_column_of_every_dataset():
    columns = sum(len(one.columns) for one in DATASETS.values())
    page = _Cells()
    page.feed(dictionary.to_html())
    assert page.rows == columns + len(DATASETS)
    assert page.links == {f"#{name}" for name in page.ids} and page.ids == set(DATASETS)
    lines = dictionary.to_markdown().splitlines()
    assert sum(line.startswith("| `") for line in lines) == columns
    assert all(line.replace("\\|", "").count("|") == 9 for line in lines if line.startswith("|"))


def test_a_selection_reads_an_older_release(curated):
    store = Store(curated)
    [release] = store.releases()
    selection = Selection.of(store, release.release, OPEN)
    assert {row["edition"] for row in selection.rows("cells")} == {OPEN}
    assert selection.left_out == []
