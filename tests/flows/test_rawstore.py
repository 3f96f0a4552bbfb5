"""Names, hashes and kept bytes of documents."""

from __future__ import annotations

import hashlib
import os
import stat
import uuid

import fsspec
import pytest

from extractors.model import DocumentError
from flows import rawstore
from flows.rawstore import Location, RawStore


def _code(call, *arguments) -> str:
    with pytest.raises(DocumentError) as error:
        call(*arguments)
    return error.value.code


def test_a_document_is_named_and_hashed(tmp_path):
    path = tmp_path / "某某　报告.txt"
    path.write_bytes("城市\t得分\n".encode())
    file = rawstore.inspect(path)
    assert (file.name, file.size) == ("某某　报告.txt", 14)
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert rawstore.read(file) == path.read_bytes()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a\nb.txt", "name"),
        ("a\x1b[31m.txt", "name"),
        ("a\u202etxt.exe", "name"),
        ("..\\..\\etc.txt", "name"),
        (os.fsdecode(b"a\xff.txt"), "name"),
        ("missing.txt", "missing"),
        ("empty.txt", "empty"),
        ("folder", "folder"),
        ("pipe", "no-file"),
        ("nosuch://bucket/a.txt", "url"),
    ],
)
def test_what_cannot_be_a_document_is_refused_by_name(tmp_path, name, code):
    (tmp_path / "empty.txt").touch()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    given = name if "://" in name else tmp_path / name
    assert _code(rawstore.inspect, given) == code


def test_a_refusal_shows_no_character_that_a_terminal_obeys(tmp_path):
    with pytest.raises(DocumentError) as error:
        rawstore.inspect(tmp_path / "a\x1b[31mb.txt")
    assert "\x1b" not in str(error.value) and "\\u001b" in str(error.value)


def test_a_name_is_never_read_as_a_pattern_or_a_url(tmp_path):
    for name in ("a::b.txt", "~root", "*.txt", "a?b#c.txt", "%2e%2e.txt"):
        (tmp_path / name).write_text(name)
        assert rawstore.read(rawstore.inspect(tmp_path / name)) == name.encode()


def test_a_path_that_climbs_is_that_of_the_file_it_leads_to(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "deep").mkdir()
    file = rawstore.inspect(tmp_path / "deep" / ".." / "a.txt")
    assert (file.name, file.url) == ("a.txt", str(tmp_path / "a.txt"))


def test_a_huge_document_is_refused_within_its_limit(tmp_path, monkeypatch):
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.write(b"first\nsecond\n")
        stream.truncate(300_000_000)  # a hole: one line of 300 MB
    with pytest.raises(DocumentError) as error:
        rawstore.inspect(path)
    assert (error.value.code, error.value.line) == ("too-large", 3)
    read = []
    opened = Location.open

    def counted(location):
        stream = opened(location)
        inner = stream.read
        monkeypatch.setattr(stream, "read", lambda n: read.append(n) or inner(n))
        return stream

    monkeypatch.setattr(Location, "open", counted)
    assert _code(rawstore.inspect, path) == "too-large"
    assert max(read) <= 1024 * 1024
    assert sum(read) <= rawstore.LARGEST_DOCUMENT + 1024 * 1024


def test_a_document_that_changes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("before")
    file = rawstore.inspect(path)
    path.write_text("behind")
    assert _code(rawstore.read, file) == "changed"
    assert _code(RawStore(tmp_path / "raw").keep, file) == "changed"
    assert not any((tmp_path / "raw" / ".store").iterdir())


@pytest.fixture
def open_mask():
    """A mask that lets everybody read what is written without a mode of its own."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_bytes_from_elsewhere_are_kept_for_their_owner_alone(tmp_path, open_mask):
    path, store = tmp_path / "a.txt", RawStore(tmp_path / "raw")
    path.write_text("kept")
    kept = store.keep(rawstore.inspect(path))
    folder = tmp_path / "raw" / ".store"
    assert (kept.name, rawstore.read(kept)) == ("a.txt", b"kept")
    assert [entry.name for entry in folder.iterdir()] == [kept.sha256]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / kept.sha256).stat().st_mode) == 0o600


def test_kept_bytes_that_were_damaged_are_kept_anew(tmp_path):
    path, store = tmp_path / "a.txt", RawStore(tmp_path / "raw")
    path.write_text("kept")
    kept = store.keep(rawstore.inspect(path))
    (tmp_path / "raw" / ".store" / kept.sha256).write_text("kepu")
    assert rawstore.read(store.keep(rawstore.inspect(path))) == b"kept"


def test_what_lies_under_raw_stays_where_it_is(tmp_path):
    raw = tmp_path / "raw"
    (raw / "deep").mkdir(parents=True)
    (raw / "deep" / "a.txt").write_text("a")
    file = rawstore.inspect(raw / "deep" / "a.txt")
    assert RawStore(raw).keep(file) == file
    assert not (raw / ".store").exists()
    assert RawStore(raw).sidecar(file).path == str(raw / "deep" / "a.txt.yaml")


def test_the_documents_of_a_folder_are_neither_sidecars_nor_hidden_nor_elsewhere(tmp_path):
    raw = tmp_path / "raw"
    (raw / "b").mkdir(parents=True)
    (raw / ".store").mkdir()
    for name in ("a.txt", "a.txt.yaml", ".hidden", ".store/0f", "b/c.txt"):
        (raw / name).write_text(name)
    (tmp_path / "outside.txt").write_text("elsewhere")
    (raw / "link.txt").symlink_to(tmp_path / "outside.txt")
    found = [path.removeprefix(f"{raw}/") for path in rawstore.documents(raw)]
    assert found == ["a.txt", "b/c.txt"]


def test_a_folder_that_is_not_there_is_no_empty_folder(tmp_path):
    with pytest.raises(ValueError, match="no folder"):
        list(rawstore.documents(tmp_path / "none"))


def test_raw_may_be_any_file_system(tmp_path):
    url = f"memory://raw-{uuid.uuid4().hex}"
    path = tmp_path / "a.txt"
    path.write_text("kept")
    store = RawStore(url)
    kept = store.keep(rawstore.inspect(path))
    assert kept.url.startswith("memory://") and rawstore.read(kept) == b"kept"
    with fsspec.open(f"{url}/b.txt", "wb") as stream:
        stream.write(b"there")
    assert [rawstore.inspect(found).name for found in rawstore.documents(url)] == ["b.txt"]
    assert store.holds(rawstore.inspect(f"{url}/b.txt"))


def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    location = Location.of(tmp_path / "a.yaml")
    location.write(b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        location.write(b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.yaml", b"old")]
