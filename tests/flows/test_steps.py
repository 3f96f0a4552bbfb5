"""The steps of a document, without Prefect and without a child process."""

from __future__ import annotations

import hashlib
import logging
import os
from dataclasses import replace
from pathlib import Path
from unittest.mock import ANY

import pytest
import yaml

from flows import runtime, steps
from flows.steps import Batch, Job, land, prepare, work
from flows.store import Store, StoreError

REPORT = (
    "某某研究院\n2018年某某城市发展评估报告\n\n表1 城市得分\n"
    "排名\t城市\t得分\n1\t深圳市\t76.5\n2\t广州市\t75.1\n3\t成都市\t70.2\n4\t武汉市\t69.9\n"
)
EDITION = "某某研究院-某某城市发展评估报告-2018"


class Desk:
    """A folder with raw and curated in it, and documents that come from elsewhere."""

    def __init__(self, folder):
        self.folder = folder
        self.raw, self.curated = folder / "raw", folder / "curated"

    def document(self, name="report.txt", text=REPORT, sidecar=None, under="inbox"):
        path = self.folder / under / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        if sidecar is not None:
            path.with_name(f"{path.name}.yaml").write_text(
                yaml.safe_dump(sidecar, allow_unicode=True), encoding="utf-8"
            )
        return str(path)

    def ingest(self, *paths, **options):
        """Outcomes and release id of one batch."""
        batch = Batch.open(str(self.raw), str(self.curated), **options)
        prepared = [prepare(path, batch) for path in paths]
        return land([work(one) if isinstance(one, Job) else one for one in prepared], batch)

    def one(self, path, **options):
        [outcome], _ = self.ingest(path, **options)
        return outcome

    def rows(self, dataset):
        return Store(str(self.curated)).read(dataset).to_pylist()


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_a_document_without_a_sidecar_lands_under_a_derived_edition(desk):
    outcome = desk.one(desk.document())
    assert (outcome.state, outcome.edition, outcome.tables) == ("landed", EDITION, 1)
    written = yaml.safe_load(Path(outcome.sidecar).read_text(encoding="utf-8"))
    assert written["edition"] == EDITION and written["year"] == 2018 and written["derived"]
    assert written["sha256"] == outcome.sha256
    assert outcome.sidecar == str(desk.raw / ".store" / f"{outcome.sha256}.yaml")
    [document] = desk.rows("documents")
    assert document["edition_year"] == 2018 and document["revision"] == 1
    assert document["code_version"] == runtime.code_version()
    assert {row["value_printed"] for row in desk.rows("cells")} >= {"深圳市", "76.5"}


def test_the_same_again_is_unchanged_and_releases_nothing(desk):
    path = desk.document()
    _, first = desk.ingest(path)
    [again], second = desk.ingest(path)
    assert (again.state, second) == ("unchanged", None)
    assert first and len(Store(str(desk.curated)).releases()) == 1


def test_other_code_other_facts_or_a_mended_sidecar_land_the_document_again(desk, monkeypatch):
    path = desk.document(sidecar={"edition": "a-b-2018"})
    assert desk.one(path).state == "landed"
    assert desk.one(path).state == "unchanged"
    desk.document(sidecar={"edition": "a-b-2018", "title": "某某报告"})
    assert desk.one(path).state == "landed"
    assert [row["title"] for row in desk.rows("documents")] == ["某某报告"]
    monkeypatch.setattr(runtime, "code_version", lambda: "0+other")
    assert desk.one(path).state == "landed"
    assert desk.one(path).state == "unchanged"
    assert desk.one(path, again=True).state != "unchanged"


def test_other_bytes_are_refused_until_a_higher_revision_is_declared(desk):
    first = desk.one(desk.document())
    other = desk.document(text=REPORT.replace("76.5", "77.5"))
    refused = desk.one(other)
    assert (refused.state, refused.code) == ("refused", "revision")
    assert first.sha256[:12] in refused.reasons[0] and "--revision 2" in refused.reasons[0]
    assert desk.one(other, revision=1).code == "revision"
    assert "77.5" not in {row["value_printed"] for row in desk.rows("cells")}

    landed = desk.one(other, revision=2)
    assert (landed.state, landed.revision) == ("landed", 2)
    assert "76.5" not in {row["value_printed"] for row in desk.rows("cells")}
    assert desk.one(other).state == "unchanged"
    assert desk.one(desk.document()).code == "revision"  # the old bytes do not come back


def test_other_bytes_that_landed_meanwhile_are_not_replaced_unseen(desk):
    texts = [REPORT, REPORT.replace("76.5", "77.5")]
    paths = [desk.document(text=text, under=f"inbox{n}") for n, text in enumerate(texts)]
    beside = desk.document(name="other.txt", sidecar={"edition": "a-b-2018"})
    batches = [Batch.open(str(desk.raw), str(desk.curated)) for _ in paths]
    first = work(prepare(paths[0], batches[0]))
    second = [work(prepare(path, batches[1])) for path in (paths[1], beside)]
    assert land([first], batches[0])[0][0].state == "landed"
    outcomes, release = land(second, batches[1])
    assert [(one.state, one.code) for one in outcomes] == [
        ("refused", "revision"),
        ("landed", None),
    ]
    assert first.sha256[:12] in outcomes[0].reasons[0] and "--revision 2" in outcomes[0].reasons[0]
    assert release and len(desk.rows("documents")) == 2
    assert "77.5" not in {row["value_printed"] for row in desk.rows("cells")}
    assert not list((desk.curated / "_staging").iterdir())


def test_a_document_of_a_mended_edition_moves_there(desk):
    path = desk.document()
    sidecar = Path(desk.one(path).sidecar)
    said = sidecar.read_text(encoding="utf-8")
    sidecar.write_text(said.replace(f"edition: {EDITION}", "edition: a-b-2018"), encoding="utf-8")
    tried = desk.one(path, dry_run=True)
    assert (tried.state, tried.moved_from) == ("checked", (EDITION,))
    moved = desk.one(path)
    assert (moved.state, moved.edition, moved.moved_from) == ("landed", "a-b-2018", (EDITION,))
    for dataset in ("documents", "cells", "tables"):
        assert {row["edition"] for row in desk.rows(dataset)} == {"a-b-2018"}
    store = Store(str(desk.curated))
    assert store.newest().editions == ("a-b-2018",) and store.verify() == []
    assert desk.one(path).state == "unchanged"


def test_the_same_bytes_under_another_name_are_warned_of(desk, monkeypatch):
    said = []
    monkeypatch.setattr(
        logging.getLogger(runtime.LOGGER),
        "warning",
        lambda text, *values: said.append(text % values),
    )
    desk.one(desk.document())
    assert not said
    desk.one(desk.document(name="copy.txt"))
    assert said == ["copy.txt: the same bytes have landed as report.txt too; both stay"]
    assert len(desk.rows("documents")) == 2


def test_a_revision_may_be_declared_in_the_sidecar(desk):
    desk.one(desk.document(sidecar={"edition": "a-b-2018"}))
    text = REPORT.replace("76.5", "77.5")
    path = desk.document(text=text, sidecar={"edition": "a-b-2018", "revision": 2})
    assert (desk.one(path).state, desk.one(path).state) == ("landed", "unchanged")
    assert [row["revision"] for row in desk.rows("documents")] == [2]


def test_a_sidecar_about_other_bytes_is_refused_with_both_hashes(desk):
    path = desk.document(sidecar={"edition": "a-b-2018", "sha256": "0" * 64})
    outcome = desk.one(path)
    assert (outcome.state, outcome.code) == ("refused", "sidecar-hash")
    assert "0" * 64 in outcome.reasons[0]
    assert hashlib.sha256(REPORT.encode()).hexdigest() in outcome.reasons[0]


@pytest.mark.parametrize(
    "sidecar",
    [
        {"edition": "../x-y-2018"},
        {"edition": "a b"},
        {"edition": "a-b-2018", "year": "soon"},
        {"edition": "a-b-2018", "revision": 0},
        {"edition": "a-b-2018", "size": 1},
        ["no", "mapping"],
    ],
)
def test_a_sidecar_that_says_what_cannot_be_is_refused(desk, sidecar):
    outcome = desk.one(desk.document(sidecar=sidecar))
    assert (outcome.state, outcome.code) == ("refused", "sidecar")


def test_a_sidecar_that_is_no_yaml_is_refused(desk):
    path = desk.document()
    Path(f"{path}.yaml").write_text("edition: [a\n")
    assert desk.one(path).code == "sidecar"


def test_a_sidecar_without_an_edition_is_completed_from_the_document(desk):
    path = desk.document(sidecar={"publisher": "Another Press", "licence": "CC0"})
    outcome = desk.one(path)
    assert outcome.edition == "another_press-某某城市发展评估报告-2018"
    assert desk.rows("documents")[0]["licence"] == "CC0"
    assert desk.one(path).state == "unchanged"


def test_a_sidecar_from_elsewhere_is_kept_with_the_bytes(desk):
    path = desk.document(sidecar={"edition": "a-b-2018"})
    desk.one(path)
    os.unlink(f"{path}.yaml")
    assert (desk.one(path).state, desk.one(path).edition) == ("unchanged", "a-b-2018")


def test_a_document_under_raw_has_its_sidecar_beside_it(desk):
    path = desk.document(under="raw/2018")
    assert desk.one(path).sidecar == f"{path}.yaml"
    [kept] = (desk.raw / ".store").iterdir()
    assert ".recovered-" in kept.name  # its bytes lie where they lay
    assert desk.one(path).state == "unchanged"


BAD = {
    "empty.txt": (b"", "empty", None),
    "blank.txt": (b"\n \n", "empty", None),
    "binary.txt": (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, "binary", ANY),
    "half.txt": (REPORT.encode() + "市".encode()[:2], "broken-encoding", 10),
    "long.txt": (b"a\n" + b"x" * 5_000_000 + b"\n", "line-too-long", 2),
    "cut.txt": (REPORT.encode() + "5\t杭州".encode(), "table-cut", 10),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_document_is_refused_by_name_and_place(desk, name):
    data, code, line = BAD[name]
    outcome = desk.one(desk.document(name, data))
    assert (outcome.state, outcome.code, outcome.line) == ("refused", code, line)
    assert outcome.document == name and outcome.reasons[0]


def test_a_bad_document_costs_the_others_nothing(desk):
    bad = [desk.document(name, data) for name, (data, _, _) in BAD.items()]
    outcomes, release = desk.ingest(bad[0], desk.document(), *bad[1:], str(desk.folder / "no.txt"))
    assert [one.state for one in outcomes] == ["refused", "landed"] + ["refused"] * len(bad)
    assert release and {row["document"] for row in desk.rows("cells")} == {"report.txt"}
    assert not list((desk.curated / "_staging").iterdir())


def test_a_fault_of_ours_fails_the_document_without_repeating_what_it_says(desk, monkeypatch):
    def faulty(*_):
        raise ValueError("telephone 010-00000000")

    monkeypatch.setattr(steps, "records", faulty)
    outcome = desk.one(desk.document())
    assert (outcome.state, outcome.code) == ("failed", "fault")
    assert "ValueError" in outcome.reasons[0] and "010" not in outcome.reasons[0]


def test_a_dry_run_writes_nothing(desk):
    path = desk.document(under="raw")
    elsewhere = desk.document(name="other.txt")
    before = sorted(desk.folder.rglob("*"))
    outcomes, release = desk.ingest(path, elsewhere, dry_run=True)
    assert [(one.state, one.edition) for one in outcomes] == [("checked", EDITION)] * 2
    assert release is None and outcomes[0].rows["cells"] == 12
    assert sorted(desk.folder.rglob("*")) == before


def test_a_document_given_twice_lands_once_and_other_bytes_of_it_not_at_all(desk):
    sidecar = {"edition": "a-b-2018"}
    first = desk.document(under="one", sidecar=sidecar)
    same = desk.document(under="two", sidecar=sidecar)
    other = desk.document(under="three", sidecar=sidecar, text=REPORT.replace("76.5", "77.5"))
    outcomes, _ = desk.ingest(first, same, other)
    assert [one.state for one in outcomes] == ["landed", "unchanged", "refused"]
    assert outcomes[2].code == "double" and first in outcomes[2].reasons[0]
    assert len(desk.rows("documents")) == 1
    assert not list((desk.curated / "_staging").iterdir())


def test_a_landing_that_fails_is_said_of_each_document(desk, monkeypatch):
    def full(*_, **__):
        raise StoreError("no space")

    monkeypatch.setattr(Store, "commit", full)
    outcomes, release = desk.ingest(desk.document())
    assert (outcomes[0].state, outcomes[0].code, release) == ("failed", "not-landed", None)


def test_raw_that_cannot_be_written_fails_the_document(desk):
    desk.raw.write_text("a file where the folder should be")
    outcome = desk.one(desk.document())
    assert (outcome.state, outcome.code) == ("failed", "raw")


def test_an_outcome_is_plain_json(desk):
    outcome = replace(desk.one(desk.document()), reasons=("a", "b"))
    said = outcome.to_json()
    assert said["reasons"] == ["a", "b"] and said["rows"]["cells"] == 12
    assert "staged" not in said
