"""Landed documents matched again: from what was kept of them, and only where it matters."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from flows import runtime
from flows.changes import compare
from flows.replay import replay
from flows.steps import Batch, Job, land, prepare, work
from flows.store import Store

ROOT = Path(__file__).resolve().parents[2]
NAME = "report.txt"
EDITION = "some_press-services-2019"
REPORT = (
    "2019年某某城市服务能力评估报告\n\n表1 城市得分\n赛位\t受检体\t梯段\t便民度\t透明度\t汇分\n"
    "1\t深圳市\t一档\t30.2\t28.1\t58.3\n2\t广州市\t一档\t29.0\t27.7\t56.7\n"
    "3\t成都市\t二档\t28.5\t26.0\t54.5\n4\t武汉市\t二档\t27.1\t25.2\t52.3\n"
    "5\t杭州市\t三档\t26.4\t24.9\t51.3\n"
    "\n表2 走访\n受访者\t所在城市\n甲某\t深圳市\n乙某\t广州市\n丙某\t成都市\n"
)


class Desk:
    """A raw and a curated folder, and a document with its sidecar in an inbox."""

    def __init__(self, folder: Path):
        self.raw, self.curated = folder / "raw", folder / "curated"
        self.folder = folder
        self.path = folder / "inbox" / NAME

    def put(self, text=REPORT, under="inbox", **sidecar) -> str:
        self.path = self.folder / under / NAME
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(text, encoding="utf-8")
        self.say(edition=EDITION, **sidecar)
        return str(self.path)

    def say(self, **sidecar):
        text = yaml.safe_dump(sidecar, allow_unicode=True)
        self.path.with_name(f"{NAME}.yaml").write_text(text, encoding="utf-8")

    def paste(self, vocabulary: str):
        """The printed lines, put below the sidecar as a person does."""
        with self.path.with_name(f"{NAME}.yaml").open("a", encoding="utf-8") as stream:
            stream.write(vocabulary)

    def ingest(self, **options):
        batch = Batch.open(str(self.raw), str(self.curated), **options)
        prepared = prepare(str(self.path), batch)
        [outcome], _ = land([work(prepared) if isinstance(prepared, Job) else prepared], batch)
        return outcome

    def replay(self, *documents, **options):
        """The outcome of the one document, and the releases."""
        report = replay(documents, str(self.raw), str(self.curated), **options)
        [outcome] = report.outcomes
        return outcome, report.releases

    def spoil_bytes(self):
        """Make the kept bytes useless: parsing them would be refused."""
        [kept] = [path for path in self.store.iterdir() if "." not in path.name]
        kept.write_bytes(b"\x00")

    @property
    def store(self) -> Path:
        return self.raw / ".store"

    def kept(self) -> str:
        """All that is kept of recoveries."""
        paths = sorted(self.store.glob("*.recovered-*"))
        return "\n".join(gzip.decompress(path.read_bytes()).decode() for path in paths)

    def rows(self, dataset):
        return Store(str(self.curated)).read(dataset).to_pylist()

    def files(self) -> dict[str, bytes]:
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        return {str(path): path.read_bytes() for path in paths}


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def _taken_for(outcome) -> dict[str, str]:
    columns = outcome.changes.columns
    return {one.label: f"{one.before['field']} -> {one.after['field']}" for one in columns}


def test_unknown_words_are_printed_pasted_and_matched_without_the_document(desk):
    desk.put()
    landed = desk.ingest()
    assert landed.state == "landed"
    assert landed.vocabulary_sidecar == f"{desk.path}.yaml"
    said = yaml.safe_load(landed.vocabulary)["vocabulary"]["fields"]
    assert said["total"] == {"aliases": ["汇分"]} and said["rank"] == {"aliases": ["赛位"]}
    assert "#" in landed.vocabulary and "line 4, column 6" in landed.vocabulary
    assert len(desk.rows("rankings")) == 5  # what is sure has landed

    desk.paste(landed.vocabulary)
    desk.spoil_bytes()
    # The document's own path says where its sidecar is; its bytes there are not read again.
    outcome, releases = desk.replay(str(desk.path))
    assert (outcome.state, len(releases)) == ("landed", 1)
    assert _taken_for(outcome)["汇分"] == "value -> total"
    assert outcome.vocabulary is None or "汇分" not in outcome.vocabulary
    [table] = [row for row in desk.rows("tables") if row["caption"] == "表1 城市得分"]
    assert [column["field"] for column in json.loads(table["column_fields"])][-1] == "total"
    assert desk.replay() == (desk.replay()[0], [])
    assert desk.replay()[0].state == "unchanged"


def test_words_in_the_kept_sidecar_are_matched_from_what_was_kept(desk):
    desk.put()
    desk.path.with_name(f"{NAME}.yaml").unlink()
    landed = desk.ingest()
    assert landed.vocabulary_sidecar == landed.sidecar
    with Path(landed.sidecar).open("a", encoding="utf-8") as stream:
        stream.write(landed.vocabulary)
    desk.spoil_bytes()
    desk.path.unlink()
    outcome, _ = desk.replay()
    assert outcome.state == "landed" and _taken_for(outcome)["汇分"] == "value -> total"
    assert all(path.stat().st_mode & 0o077 == 0 for path in desk.store.iterdir())


def test_a_dry_run_shows_what_a_replay_then_does_and_writes_nothing(desk):
    desk.put()
    desk.ingest()
    desk.say(
        edition=EDITION,
        vocabulary={"fields": {"class": {"aliases": ["便民度"]}, "text": {"aliases": ["梯段"]}}},
    )
    before = desk.files()
    shown, releases = desk.replay(str(desk.path), dry_run=True)
    assert (shown.state, releases) == ("checked", [])
    ingested = desk.ingest(dry_run=True)
    assert ingested.changes == shown.changes
    assert desk.files() == before
    done, releases = desk.replay(str(desk.path))
    assert (done.state, done.changes, len(releases)) == ("landed", shown.changes, 1)
    assert shown.changes


def test_a_header_that_newly_means_persons_takes_its_table_out_of_all_that_is_kept(desk):
    desk.put()
    desk.ingest()
    assert "甲某" in desk.kept()
    desk.say(edition=EDITION, vocabulary={"persons": {"name_headers": ["受访者"]}})
    desk.spoil_bytes()
    outcome, _ = desk.replay(str(desk.path))
    assert (outcome.changes.tables.lost, outcome.withheld["tables"]) == (1, 1)
    assert "甲某" not in desk.kept() and "深圳市" in desk.kept()
    assert "甲某" not in {row["value_printed"] for row in desk.rows("cells")}


def test_words_that_withheld_and_are_taken_back_need_the_document(desk):
    path = desk.put(vocabulary={"persons": {"name_headers": ["受访者"]}})
    assert desk.ingest().withheld["tables"] == 1 and "甲某" not in desk.kept()
    desk.say(edition=EDITION)
    outcome, _ = desk.replay(path)
    assert (outcome.state, outcome.changes.tables.gained) == ("landed", 1)
    assert "甲某" in {row["value_printed"] for row in desk.rows("cells")}


def test_what_is_not_kept_or_is_damaged_is_parsed_again(desk, monkeypatch):
    desk.put()
    desk.ingest()
    monkeypatch.setattr(runtime, "code_version", lambda: "0+other")
    [kept] = desk.store.glob("*.recovered-*")
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    outcome, _ = desk.replay(NAME)
    assert (outcome.state, bool(outcome.changes)) == ("landed", False)
    assert kept.read_bytes() == whole

    monkeypatch.setattr(runtime, "code_version", lambda: "0+another")
    kept.unlink()
    desk.spoil_bytes()
    outcome, releases = desk.replay(NAME)
    assert (outcome.state, outcome.code, releases) == ("refused", "changed", [])


def test_other_code_between_bytes_and_words_parses_again_and_keeps_one_recovery(desk, monkeypatch):
    desk.put()
    desk.ingest()
    [before] = desk.store.glob("*.recovered-*")
    monkeypatch.setattr(runtime, "parsing_version", lambda: "other")
    monkeypatch.setattr(runtime, "code_version", lambda: "0+other")
    assert desk.ingest().state == "landed"
    [after] = desk.store.glob("*.recovered-*")
    assert before.name != after.name


def test_a_document_under_raw_is_replayed_where_it_lies(desk):
    desk.put(under="raw/2019")
    desk.ingest()
    desk.say(edition=EDITION, vocabulary={"fields": {"total": {"aliases": ["汇分"]}}})
    outcome, _ = desk.replay()
    assert outcome.state == "landed" and outcome.url == str(desk.path)
    assert _taken_for(outcome) == {"汇分": "value -> total"}


def test_quarantined_rows_are_tried_again_and_land_nothing_where_nothing_changed(desk):
    shifted = "广州市\t2\t29.0\t一档\t甲\t乙"
    desk.put(text=REPORT.replace("2\t广州市\t一档\t29.0\t27.7\t56.7", shifted))
    landed = desk.ingest()
    assert landed.rows.get("quarantine"), "the document has to have a quarantined row"
    outcome, releases = desk.replay()
    assert (outcome.state, releases) == ("unchanged", [])
    assert outcome.tables == 2  # it was matched again


def test_many_documents_are_matched_in_child_processes_and_land_as_one_release(desk):
    names = [f"{number}.txt" for number in range(2)]
    for name in names:
        desk.path = desk.folder / "raw" / name
        desk.path.parent.mkdir(exist_ok=True)
        desk.path.write_text(REPORT, encoding="utf-8")
        desk.ingest()
        with desk.path.with_name(f"{name}.yaml").open("a", encoding="utf-8") as stream:
            stream.write("vocabulary: {fields: {total: {aliases: [汇分]}}}\n")
    told = []
    report = replay([], str(desk.raw), str(desk.curated), processes=1, seen=told.append)
    assert [one.document for one in report.outcomes] == names == [one.document for one in told]
    assert [_taken_for(one) for one in report.outcomes] == [{"汇分": "value -> total"}] * 2
    assert len(report.releases) == 1


def test_rows_that_leave_the_quarantine_are_counted():
    row = {"table_id": "t", "row_number": 2, "reason": "r"}
    cell = {"table_id": "t", "row_number": 2, "column_number": 3, "obs_value": 1.0, "line": 9}
    changes = compare({"quarantine": [row]}, {"observations": [cell]})
    assert (changes.freed, changes.quarantined, changes.observations.gained) == (1, 0, 1)
    assert not compare({"observations": [cell]}, {"observations": [{**cell, "line": 8}]})
    other = compare({"observations": [cell]}, {"observations": [{**cell, "obs_value": 2.0}]})
    assert other.observations.changed == 1


@pytest.mark.parametrize(
    ("document", "change", "code"),
    [
        ("nothing.txt", lambda desk: None, "not-landed"),
        (NAME, lambda desk: [p.unlink() for p in desk.store.glob("*.yaml")], "no-sidecar"),
        (None, lambda desk: desk.say(edition="another-edition-2019"), "other-edition"),
        (None, lambda desk: desk.path.write_text("other\n"), "other-bytes"),
        (None, lambda desk: desk.paste("edition: x-y-2019\n"), "sidecar"),
        (
            None,
            lambda desk: desk.paste("vocabulary: {fields: {rnak: {aliases: [赛位]}}}\n"),
            "sidecar",
        ),
    ],
)
def test_what_cannot_be_replayed_is_refused_with_what_to_do(desk, document, change, code):
    path = desk.put()
    desk.ingest()
    change(desk)
    outcome, releases = desk.replay(document or path)
    assert (outcome.state, outcome.code, releases) == ("refused", code, [])


def test_the_command_prints_words_and_changes(desk):
    desk.put()
    landed = desk.ingest(dry_run=True)

    def rankbook(*arguments: str) -> str:
        places = ["--raw", str(desk.raw), "--curated", str(desk.curated)]
        command = [sys.executable, "-m", "flows.cli", *arguments, *places]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    desk.ingest()
    desk.paste(landed.vocabulary)
    out = rankbook("replay", "--dry-run", str(desk.path))
    assert f"would change: {NAME}: column 6 of 表1 城市得分, line 4, 汇分: " in out
    found = json.loads(rankbook("replay", "--json", str(desk.path)))
    [document] = found["documents"]
    assert found["counts"] == {"landed": 1} and len(found["releases"]) == 1
    assert {column["label"] for column in document["changes"]["columns"]} >= {"汇分"}
    assert found["command"] == "replay" and found["dry_run"] is False
