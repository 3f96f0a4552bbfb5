"""Documents as they came: their names, their hashes, and the bytes that are kept of them.

A document lies under ``raw/`` already, or its bytes are kept at ``raw/.store/<sha256>``.
Raw may be a folder or any URL that fsspec knows. Files are read in pieces, so that a huge
one costs no memory before it is refused.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from extractors.model import DocumentError

#: The largest document that is read. A yearbook's text has 2 MB, a scanned report 50 MB.
LARGEST_DOCUMENT = 128 * 1024 * 1024

#: Names are file names again where raw bytes are exported; most file systems allow 255 bytes.
LONGEST_NAME = 255

SIDECAR_SUFFIX = ".yaml"
STORE_FOLDER = ".store"

_PIECE = 1024 * 1024

#: Controls, marks of direction and other invisible characters, halves of characters, and
#: line ends: with one of them a name reads as another one, and a terminal obeys it.
_UNSEEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f"
    "\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class RawFile:
    """The bytes of a document: where they lie, its key, their SHA-256 and their number."""

    url: str
    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Location:
    """A file or folder on a file system that fsspec knows."""

    filesystem: AbstractFileSystem
    path: str

    @classmethod
    def of(cls, url: str | os.PathLike[str]) -> Location:
        """The location of a path or URL.

        A path is never taken for a URL pattern: ``a::b.txt`` and ``~x`` are names.
        Raises ValueError for a URL that no installed file system knows.
        """
        text = os.fspath(url)
        if "://" not in text:
            return cls(LocalFileSystem(), os.path.abspath(text))
        try:
            filesystem, path = url_to_fs(text)
        except ImportError as error:
            raise ValueError(f"{text}: {error}") from error
        return cls(filesystem, path.rstrip("/"))

    @property
    def is_local(self) -> bool:
        """Whether it is on a disk of this machine, which has modes and links."""
        return isinstance(self.filesystem, LocalFileSystem)

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def url(self) -> str:
        """The location as text that `of` understands."""
        return self.path if self.is_local else self.filesystem.unstrip_protocol(self.path)

    def child(self, relative: str) -> Location:
        """A location below this one."""
        return Location(self.filesystem, f"{self.path.rstrip('/')}/{relative}")

    def beside(self, suffix: str) -> Location:
        """The location whose name is this one's with something behind it."""
        return Location(self.filesystem, self.path + suffix)

    def holds(self, other: Location) -> bool:
        """Whether the other location lies below this one, once links are followed."""
        if type(self.filesystem) is not type(other.filesystem):
            return False
        mine, theirs = self.path, other.path
        if self.is_local:
            mine, theirs = os.path.realpath(mine), os.path.realpath(theirs)
        return theirs.startswith(mine.rstrip("/") + "/")

    def open(self) -> IO[bytes]:
        """The file opened for reading."""
        return self.filesystem.open(self.path, "rb")

    def exists(self) -> bool:
        """Whether anything is there."""
        return bool(self.filesystem.exists(self.path))

    def write(self, data: bytes, mode: int = 0o644) -> None:
        """Write a file as a whole: readers see all of it or the one before."""
        with _Replacement(self, mode) as stream:
            stream.write(data)


class _Replacement:
    """A file that takes its place when it is complete, and never if writing it failed."""

    def __init__(self, target: Location, mode: int) -> None:
        self._target, self._mode = target, mode
        self._part = f"{target.path}.{secrets.token_hex(4)}.part"

    def __enter__(self) -> Any:
        if not self._target.is_local:  # an object appears when it is closed
            self._stream: Any = self._target.filesystem.open(self._target.path, "wb")
            return self._stream
        handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, self._mode)
        self._stream = os.fdopen(handle, "wb")
        return self._stream

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if not self._target.is_local:
            if kind is not None and hasattr(self._stream, "discard"):
                self._stream.discard()
            else:
                self._stream.close()
            return
        try:
            if kind is None:
                self._stream.flush()
                os.fsync(self._stream.fileno())
                self._stream.close()
                os.replace(self._part, self._target.path)
        finally:
            self._stream.close()
            with suppress(FileNotFoundError):
                os.unlink(self._part)


def document_name(location: Location) -> str:
    """The document's key: its file name. Raises `DocumentError` for one that cannot be a key."""
    name = location.name
    if odd := _UNSEEN.search(name):
        reason = f"its name has the character U+{ord(odd.group()):04X}; rename the file"
    elif "\\" in name or name.strip() in ("", ".", ".."):
        reason = "its name is that of a folder or a path; rename the file"
    elif len(name.encode()) > LONGEST_NAME:
        reason = f"its name is longer than {LONGEST_NAME} bytes; rename the file"
    else:
        return name
    raise DocumentError(printable(name), reason, code="name")


def printable(text: str) -> str:
    """Text that can be shown on a terminal whatever is in it."""
    return _UNSEEN.sub(lambda odd: f"\\u{ord(odd.group()):04x}", text)


def inspect(url: str | os.PathLike[str]) -> RawFile:
    """Find a document and hash it. Raises `DocumentError` for what cannot be one."""
    try:
        location = Location.of(url)
    except ValueError as error:
        raise DocumentError(printable(os.fspath(url)), str(error), code="url") from error
    name = document_name(location)
    if odd := _UNSEEN.search(location.url):
        reason = f"its folder's name has the character U+{ord(odd.group()):04X}; rename the folder"
        raise DocumentError(name, reason, code="name")
    try:
        if location.filesystem.isdir(location.path):
            raise DocumentError(name, "it is a folder; land it with backfill", code="folder")
        if location.filesystem.info(location.path)["type"] != "file":
            raise DocumentError(name, "it is no file but a pipe or a device", code="no-file")
        with location.open() as stream:
            sha256, size = _measure(stream, name)
    except FileNotFoundError:
        reason = f"there is no file {printable(location.url)}"
        raise DocumentError(name, reason, code="missing") from None
    except OSError as error:
        raise _unreadable(name, error) from error
    if not size:
        raise DocumentError(name, "the document is empty", code="empty")
    return RawFile(location.url, name, sha256, size)


def read(file: RawFile) -> bytes:
    """The bytes of a document. Raises `DocumentError` if they are not those inspected."""
    try:
        with Location.of(file.url).open() as stream:
            data = stream.read(file.size + 1)
    except OSError as error:
        raise _unreadable(file.name, error) from error
    found = hashlib.sha256(data).hexdigest()
    if found != file.sha256:
        raise _changed(file, found)
    return data


def _changed(file: RawFile, found: str) -> DocumentError:
    return DocumentError(
        file.name,
        f"its bytes changed while it was read (sha256 {found[:12]}…, before "
        f"{file.sha256[:12]}…); give it again when it is whole",
        code="changed",
    )


def _unreadable(name: str, error: OSError) -> DocumentError:
    return DocumentError(name, f"it cannot be read: {error.strerror or error}", code="unreadable")


def _measure(stream: IO[bytes], name: str) -> tuple[str, int]:
    """The hash and the size; raises `DocumentError` past the limit, naming the line reached."""
    digest, size, lines = hashlib.sha256(), 0, 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > LARGEST_DOCUMENT:
            raise DocumentError(
                name,
                f"longer than {LARGEST_DOCUMENT // _PIECE} MiB, which no document may be; "
                f"that is passed within this line",
                code="too-large",
                line=lines + 1,
            )
        lines += piece.count(b"\n")
        digest.update(piece)
    return digest.hexdigest(), size


class RawStore:
    """The folder or URL of the raw documents, and the bytes kept in it."""

    def __init__(self, url: str | os.PathLike[str]) -> None:
        self.url = os.fspath(url)

    @cached_property
    def location(self) -> Location:
        """Where it lies; raises ValueError for a URL that no file system knows."""
        return Location.of(self.url)

    def holds(self, file: RawFile) -> bool:
        """Whether a document lies here as itself, rather than as kept bytes."""
        return self.location.holds(Location.of(file.url))

    def kept(self, sha256: str) -> Location:
        """Where bytes of this hash are kept, if they are."""
        return self.location.child(f"{STORE_FOLDER}/{sha256}")

    def keep(self, file: RawFile) -> RawFile:
        """Keep the bytes of a document that lies elsewhere; returns the file to go on with.

        The folder has mode 0700 and the files 0600: raw bytes may hold personal data.
        Raises `DocumentError` where the bytes are no longer those inspected, OSError where
        nothing can be kept.
        """
        if self.holds(file):
            return file
        target = self.kept(file.sha256)
        if not _is_whole(target, file):
            self.make_folder()
            self._copy(file, target)
        return RawFile(target.url, file.name, file.sha256, file.size)

    def _copy(self, file: RawFile, target: Location) -> None:
        digest = hashlib.sha256()
        with Location.of(file.url).open() as stream, _Replacement(target, 0o600) as copy:
            for piece in iter(lambda: stream.read(_PIECE), b""):
                digest.update(piece)
                copy.write(piece)
            if digest.hexdigest() != file.sha256:
                raise _changed(file, digest.hexdigest())

    def make_folder(self) -> None:
        """Make the folder of kept bytes, for its owner alone."""
        folder = self.location.child(STORE_FOLDER)
        folder.filesystem.makedirs(folder.path, exist_ok=True)
        if folder.is_local:
            os.chmod(folder.path, 0o700)

    def sidecar(self, file: RawFile) -> Location:
        """Where the sidecar of a document is written: beside it, or beside its kept bytes."""
        own = Location.of(file.url) if self.holds(file) else self.kept(file.sha256)
        return own.beside(SIDECAR_SUFFIX)


def _is_whole(target: Location, file: RawFile) -> bool:
    """Whether kept bytes are there and are what their name says."""
    try:
        with target.open() as stream:
            return _measure(stream, file.name) == (file.sha256, file.size)
    except OSError:
        return False


def documents(folder: str | os.PathLike[str]) -> Iterator[str]:
    """Every document below a folder or URL, by path; sidecars and dot files are none.

    A link to a file outside is none either: it is the folder that is trusted, not what a
    link in it says. Raises ValueError where there is no such folder.
    """
    root = Location.of(folder)
    if not root.filesystem.isdir(root.path):
        raise ValueError(f"there is no folder {root.url}")
    for path in sorted(root.filesystem.find(root.path)):
        relative = path[len(root.path) :].lstrip("/")
        location = root.child(relative)
        hidden = any(part.startswith(".") for part in relative.split("/"))
        if not hidden and not path.endswith(SIDECAR_SUFFIX) and root.holds(location):
            yield location.url
