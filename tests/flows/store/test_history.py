"""Pins, roll back, retention and erasing: what stays readable, and what a kill leaves."""

from __future__ import annotations

import json
import re
import shutil
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from store_child import done_and_killed
from store_rows import EDITION, expected, key, land, seen, sha_of, stage

from flows.store import Store, StoreError, retention
from flows.store.schema import ENTITIES, PINNED

A, B = ("a.txt", "one"), ("b.txt", "two")


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases: a and b, a alone revised, b gone and c come. To be copied."""
    store = Store(tmp_path_factory.mktemp("landed") / "curated")
    land(store, A, B)
    land(store, ("a.txt", "three"))
    gone = store.stage({}, key("b.txt", ""))
    store.commit([gone, stage(store, "c.txt", "four")], code_version="1")
    return Path(store.url)


@pytest.fixture
def store(landed: Path, tmp_path: Path) -> Store:
    return Store(shutil.copytree(landed, tmp_path / "curated"))


STATES = (
    expected(A, B),
    expected(("a.txt", "three"), B),
    expected(("a.txt", "three"), ("c.txt", "four")),
)


def check_it_goes_on(store: Store, after: dict) -> None:
    """Another document lands on top, and everything is clean."""
    documents = {*after["documents"], ("d.txt", sha_of("five"), 1)}
    land(store, ("d.txt", "five"))
    assert seen(store)["documents"] == documents
    assert store.verify() == []
    assert list(Path(store.url, "_staging").iterdir()) == []


# --- roll back ------------------------------------------------------------------------------


def test_a_roll_back_publishes_the_old_rows(store: Store) -> None:
    first = store.releases()[0]
    made = store.rollback(first, code_version="2")
    assert made is not None and made.restores == first.release
    assert made.release > first.release and made.editions == (EDITION,)
    assert seen(store) == STATES[0]
    assert [seen(store, one) for one in store.releases()] == [*STATES, STATES[0]]
    for dataset in PINNED:  # who reads the newest version reads the same
        assert made.versions[dataset] == DeltaTable(f"{store.url}/{dataset}").version()
    assert store.verify() == []
    assert store.rollback(made, code_version="2") is None
    assert store.rollback(first.release, code_version="2") is None
    assert store.newest() == made


def test_a_roll_back_and_forth(store: Store) -> None:
    first, _, third = store.releases()
    store.rollback(first, code_version="1")
    store.rollback(third, code_version="1")
    assert seen(store) == STATES[2]
    check_it_goes_on(store, STATES[2])


def test_no_roll_back_to_what_is_unknown_or_damaged(store: Store) -> None:
    first = store.releases()[0]
    with pytest.raises(StoreError, match="no release 2020"):
        store.rollback("2020", code_version="1")
    Path(store.url, "cells", store.dataset("cells", first).files[0]).unlink()
    with pytest.raises(StoreError, match="is damaged: cells/.*: the file is missing"):
        store.rollback(first, code_version="1")
    assert len(store.releases()) == 3


#: recovered, placed, released, cleaned
ROLLBACK_STEPS = 4


@pytest.mark.parametrize("step", range(ROLLBACK_STEPS))
def test_a_roll_back_that_is_killed(store: Store, step: int) -> None:
    steps, status = done_and_killed(store, "rollback", step)
    assert (len(steps), status) == (step + 1, -signal.SIGKILL)
    after = STATES[0] if "released" in steps else STATES[2]
    assert seen(store) == after
    assert store.verify() == []
    check_it_goes_on(store, after)


def test_the_steps_of_a_roll_back_are_all_there_are(store: Store) -> None:
    assert len(done_and_killed(store, "rollback")[0]) == ROLLBACK_STEPS


# --- pins and retention ---------------------------------------------------------------------


def parquet(store: Store) -> set[str]:
    return {str(path.relative_to(store.url)) for path in Path(store.url).glob("*/*.parquet")}


def test_retention_keeps_what_is_asked_for_and_says_what_goes(store: Store) -> None:
    first, second, third = store.releases()
    wanted = store.retention(keep=2)
    before = parquet(store)
    assert (wanted.retired, wanted.kept) == ((first,), (second, third))
    assert wanted.files and all(size > 0 for size in wanted.files.values())
    assert parquet(store) == before, "a plan removes nothing"
    store.retain(keep=2)
    assert parquet(store).isdisjoint(wanted.files)
    assert store.retention(keep=2).files == {}
    assert seen(store, second) == STATES[1] and seen(store, third) == STATES[2]
    retired = store.releases()[0]
    assert retired.retired_at is not None
    for refused in (
        lambda: store.read("cells", retired.release),
        lambda: store.rollback(first, code_version="1"),
        lambda: store.pin(first),
    ):
        with pytest.raises(StoreError, match=rf"release {first.release} was retired on 20\d\d-"):
            refused()
    [damage] = store.verify(first)
    assert damage.reason.startswith(f"release {first.release} was retired on 20")
    assert store.verify() == store.verify(second) == []
    assert store.retain(keep=2).retired == ()
    check_it_goes_on(store, STATES[2])


def test_a_pinned_release_is_never_given_up(store: Store) -> None:
    first, second, _ = store.releases()
    assert store.pin(first, "paper") == first
    assert store.retain(keep=1).retired == (second,)
    assert seen(store, first) == seen(store, store.resolve("paper")) == STATES[0]
    assert store.verify(first) == []
    assert store.unpin("paper")
    assert not store.unpin(first)
    assert store.retain(keep=1).retired == (first,)
    assert seen(store) == STATES[2]
    assert store.verify() == []


def test_a_pin_that_was_cut_short_pins(store: Store) -> None:
    first = store.releases()[0]
    store.pin(first, "paper")
    [file] = Path(store.url, ".pins").iterdir()
    file.write_bytes(file.read_bytes()[:9])
    assert store.pins() == {first.release: None}
    assert first in store.retention(keep=1).kept


def test_a_name_is_that_of_one_pin(store: Store) -> None:
    first, second, _ = store.releases()
    store.pin(first, "paper")
    with pytest.raises(StoreError, match=f"the name paper is that of release {first.release}"):
        store.pin(second, "paper")
    store.pin(first, "book")
    assert store.pins() == {first.release: "book"}


@pytest.mark.parametrize(
    ("keep", "days", "pinned", "kept"),
    [
        (None, None, (), "5"),
        (1, None, (), "5"),
        (0, None, (), "5"),
        (3, None, (), "345"),
        (9, None, (), "12345"),
        (None, 2.5, (), "345"),
        (1, 0, ("1",), "15"),
        (2, 3.5, ("1",), "12345"),
    ],
)
def test_what_is_chosen(keep, days, pinned, kept) -> None:
    now = datetime(2026, 1, 9, tzinfo=UTC)

    class Made:
        retired_at = None

        def __init__(self, number: int) -> None:
            self.release, self.published_at = str(number), now - timedelta(days=5 - number)

    made = [Made(number) for number in range(1, 6)]
    gone, stays = retention.chosen(made, pinned, now, keep=keep, days=days)  # type: ignore[arg-type]
    assert "".join(one.release for one in stays) == kept
    assert len(gone) + len(stays) == 5


def test_what_a_dead_landing_placed_goes_too(store: Store) -> None:
    orphan = Path(store.url, "cells", "0123456789abcdef-" + "0" * 64 + ".parquet")
    orphan.write_bytes(b"left behind")
    assert f"cells/{orphan.name}" in store.retention(keep=9).files
    assert store.retain(keep=9).retired == ()
    assert not orphan.exists()
    assert [seen(store, one) for one in store.releases()] == list(STATES)


@pytest.mark.parametrize("step", [0, 1, 5])
def test_a_retention_that_is_killed(store: Store, step: int) -> None:
    wanted = store.retention(keep=1)
    steps, status = done_and_killed(store, "retain", step)
    assert (len(steps), status) == (step + 1, -signal.SIGKILL)
    assert seen(store) == STATES[2]
    assert store.verify() == []
    assert len([one for one in store.releases() if one.retired_at]) == 2
    store.retain(keep=1)
    assert parquet(store).isdisjoint(wanted.files)
    check_it_goes_on(store, STATES[2])


# --- erasing --------------------------------------------------------------------------------

NAME, EDITION_OF_NAME = "秘密报告.txt", "hush_press-hush_series-2019"
WORDS = "hush one", "hush two"


@pytest.fixture
def with_secret(store: Store) -> Store:
    """The store with two revisions of a document of its own edition landed among others."""
    for words in WORDS:
        store.commit([stage(store, NAME, words, edition=EDITION_OF_NAME)], code_version="1")
    land(store, ("d.txt", "five"))
    for dataset in ("cells", "documents"):  # as deltalake does with every hundredth version
        DeltaTable(f"{store.url}/{dataset}").create_checkpoint()
    return store


def remains(store: Store, but: Callable[[Path], bool] = lambda path: False) -> set[str]:
    """The files under a store in whose bytes, rows or name the document stands."""
    # A quoted text has no characters but ASCII, so the escape stands for the name there.
    marks = [b"hush", NAME.encode(), json.dumps(NAME)[1:-1].encode()]
    marks += [sha_of(words).encode() for words in WORDS]
    found = set()
    for path in Path(store.url).rglob("*"):
        if not path.is_file() or but(path):
            continue
        text = path.read_bytes() + str(path).encode()
        if path.suffix == ".parquet":
            text += json.dumps(pq.read_table(path).to_pylist(), default=str).encode()
        if any(mark in text for mark in marks):
            found.add(str(path.relative_to(store.url)))
    return found


def is_of_entities(path: Path) -> bool:
    """Entities are facts of the register, of no document; the made rows have a text there."""
    return path.parent.name == ENTITIES


def test_nothing_of_an_erased_document_remains(with_secret: Store) -> None:
    store = with_secret
    assert remains(store, is_of_entities)
    before = [seen(store, one) for one in store.releases()]
    [trace] = store.traces(NAME)
    assert trace.sha256s == {sha_of(words) for words in WORDS}
    assert len(trace.releases) == 3 and len(trace.files) == 2 * (len(PINNED) - 1)
    made = store.erase([trace], code_version="1")
    assert made is not None and store.newest() is not None
    assert remains(store, is_of_entities) == set()
    assert store.traces(NAME) == []
    assert store.verify() == []
    assert [store.verify(one) for one in store.releases()] == [[]] * 7
    others = [
        {dataset: frozenset(row for row in rows if row[0] != NAME) for dataset, rows in one.items()}
        for one in before
    ]
    assert [seen(store, one) for one in store.releases()] == [*others, others[-1]]


def test_older_releases_say_what_they_lost(with_secret: Store) -> None:
    store = with_secret
    store.erase(store.traces(NAME), code_version="1")
    known = store.releases()
    assert [one.erased_documents for one in known] == [None] * 3 + [1] * 3 + [None]
    assert {one.erased_at for one in known[3:6]} != {None}
    assert all(one.editions == (EDITION,) for one in known)
    store.erase(store.traces("d.txt"), code_version="1")
    assert [one.erased_documents for one in store.releases()] == [None] * 3 + [1, 1, 2, 1, None]


def test_what_only_older_releases_have_is_erased_without_a_release(store: Store) -> None:
    assert store.erase(store.traces("b.txt"), code_version="1") is None
    assert len(store.releases()) == 3
    after = [{row[0] for row in seen(store, one)["cells"]} for one in store.releases()]
    assert after == [{"a.txt"}, {"a.txt"}, {"a.txt", "c.txt"}]
    check_it_goes_on(store, STATES[2])


def test_an_erased_document_can_land_again(with_secret: Store) -> None:
    store = with_secret
    store.erase(store.traces(NAME), code_version="1")
    store.commit([stage(store, NAME, WORDS[0], edition=EDITION_OF_NAME)], code_version="1")
    assert {name for name, *_ in seen(store)["cells"]} == {"a.txt", "c.txt", "d.txt", NAME}
    assert store.verify() == []


def test_erasing_does_not_bless_a_damaged_log(store: Store) -> None:
    entry = min(Path(store.url, "cells", "_delta_log").glob("*1.json"))
    entry.write_bytes(re.sub(rb'"timestamp":\d', b'"timestamp":9', entry.read_bytes(), count=1))
    [damage] = store.verify()
    with pytest.raises(StoreError, match="the checksum is not that landed; bring it back"):
        store.erase(store.traces("a.txt"), code_version="1")
    assert store.verify() == [damage]


def test_pins_and_retired_releases_are_erased_too(with_secret: Store) -> None:
    store = with_secret
    pinned = store.releases()[3]
    store.pin(pinned, "paper")
    store.retain(keep=1)
    store.erase(store.traces(NAME), code_version="1")
    assert remains(store, is_of_entities) == set()
    assert {row[0] for row in seen(store, store.resolve("paper"))["cells"]} == {"a.txt", "c.txt"}


@pytest.fixture(scope="module")
def erase_steps(landed: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    copy = shutil.copytree(landed, tmp_path_factory.mktemp("steps") / "curated")
    steps, status = done_and_killed(Store(copy), "erase")
    assert status == 0
    return steps


#: Where an erasing is killed, as parts of all its steps: at the start, amid the logs, where the
#: releases are marked, amid the files, at the end.
@pytest.mark.parametrize("part", [0.0, 0.02, 0.1, 0.3, 0.5, 0.6, 0.8, 0.98, 1.0])
def test_an_erasing_that_is_killed(store: Store, erase_steps: list[str], part: float) -> None:
    step = round(part * (len(erase_steps) - 1))
    steps, status = done_and_killed(store, "erase", step)
    assert (len(steps), status) == (step + 1, -signal.SIGKILL)
    assert {row[0] for row in seen(store)["cells"]} == {"c.txt"}
    is_open = "begun" in steps and "erased" not in steps
    assert [damage.path for damage in store.verify()] == ([".erasing.json"] if is_open else [])
    if step:  # the next to commit finishes it, whatever it lands
        land(store, ("d.txt", "five"))
        assert not Path(store.url, ".erasing.json").exists()
    else:  # published only: nothing older was touched yet
        store.erase(store.traces("a.txt"), code_version="1")
    assert store.traces("a.txt") == []
    assert store.verify() == []
    for one in store.releases():
        assert store.verify(one) == []
        assert "a.txt" not in {row[0] for row in seen(store, one)["cells"]}
    assert list(Path(store.url, "_staging").iterdir()) == []


# --- all of it, in any order ----------------------------------------------------------------

_NAMES = st.sampled_from(["a.txt", "b.txt"])
_PLACES = st.integers(0, 3)
_DEEDS = st.one_of(
    st.tuples(st.just("land"), _NAMES, st.sampled_from(["one", "two", "three"])),
    st.tuples(st.just("rollback"), _PLACES),
    st.tuples(st.just("pin"), _PLACES),
    st.tuples(st.just("retain"), st.integers(1, 3)),
    st.tuples(st.just("erase"), _NAMES),
)


class Model:
    """What the releases must have: by id the text of each document, None once retired."""

    def __init__(self, store: Store) -> None:
        self.erased = False
        self.store = store
        self.releases: dict[str, dict[str, str] | None] = {}
        self.pins: set[str] = set()

    @property
    def readable(self) -> list[str]:
        return [release for release, texts in self.releases.items() if texts is not None]

    @property
    def newest(self) -> dict[str, str]:
        return dict(self.releases[self.readable[-1]] or {}) if self.releases else {}

    def _publish(self, made: object, texts: dict[str, str]) -> None:
        # A release that an erasure has cut may have the newest one's rows in other versions.
        repeats = self.erased and texts == self.newest
        assert repeats or (made is not None) == (texts != self.newest)
        if made is not None:
            self.releases[made.release] = texts  # type: ignore[attr-defined]

    def land(self, name: str, text: str) -> None:
        texts = {**self.newest, name: text}
        self._publish(land(self.store, (name, text)), texts)

    def rollback(self, place: int) -> None:
        for release in self.readable[place : place + 1]:
            texts = dict(self.releases[release] or {})
            self._publish(self.store.rollback(release, code_version="1"), texts)

    def pin(self, place: int) -> None:
        for release in self.readable[place : place + 1]:
            self.store.pin(release)
            self.pins.add(release)

    def retain(self, keep: int) -> None:
        self.store.retain(keep=keep)
        for release in self.readable[:-keep]:
            if release not in self.pins:
                self.releases[release] = None

    def erase(self, name: str) -> None:
        self.erased = True
        texts = {one: text for one, text in self.newest.items() if one != name}
        made = self.store.erase(self.store.traces(name), code_version="1")
        self._publish(made, texts)
        for known in self.releases.values():
            if known is not None:
                known.pop(name, None)

    def check(self) -> None:
        assert [one.release for one in self.store.releases()] == list(self.releases)
        for release in self.readable:
            texts = self.releases[release] or {}
            assert seen(self.store, self.store.resolve(release)) == expected(*texts.items())
            assert self.store.verify(release) == []
        assert self.store.pins().keys() == self.pins


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(deeds=[("land", "b.txt", "one"), ("rollback", 0), ("erase", "b.txt"), ("rollback", 1)])
@given(deeds=st.lists(_DEEDS, min_size=3, max_size=8))
def test_whatever_is_done_every_release_has_what_it_had(tmp_path_factory, deeds) -> None:
    model = Model(Store(tmp_path_factory.mktemp("store") / "curated"))
    model.land("a.txt", "one")
    for what, *arguments in deeds:
        getattr(model, what)(*arguments)
        model.check()
