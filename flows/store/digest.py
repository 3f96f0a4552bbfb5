"""Checksums of files and names made from them."""

from __future__ import annotations

import hashlib

import pyarrow as pa

from flows.store.place import Place

#: Bytes read at a time: large enough that hashing, not calling, takes the time.
_CHUNK = 1 << 20


def of_bytes(data: pa.Buffer | bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def of_file(place: Place, relative: str) -> str:
    """The SHA-256 of a file's bytes; raises `OSError` where it cannot be read."""
    digest = hashlib.sha256()
    with place.filesystem.open_input_stream(place.path(relative), compression=None) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def owner_of(edition: str, document: str) -> str:
    """The first part of the names of a document's files: 16 hexadecimal digits.

    Neither the edition nor the document's name can stand in a file name itself: a Chinese
    title percent-encoded, as Delta does it, is longer than file systems allow.
    """
    return hashlib.sha256(f"{edition}\0{document}".encode()).hexdigest()[:16]


def file_name(owner: str, sha256: str) -> str:
    """The name of a landed file: whose rows it has, and the checksum of its bytes."""
    return f"{owner}-{sha256}.parquet"


def owner(name: str) -> str:
    """Whose rows a landed file has."""
    return name.rsplit("-", 1)[0]


def sha256(name: str) -> str:
    """The checksum that the bytes of a landed file must have."""
    return name.rsplit("-", 1)[-1].removesuffix(".parquet")
