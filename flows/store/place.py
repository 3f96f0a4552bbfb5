"""Where a store lies: a local folder or an object store, by one URL.

Arrow's own file systems are used for every file that is not Delta's log, never Python
ones. This decides the exit status of the program: by default deltalake gives Arrow a file
system that calls back into Python, and an Arrow thread that closes such a file while the
interpreter is shutting down aborts the process ("terminate called without an active
exception", status 134), after all work was done (deltalake 1.6, pyarrow 26, 2026-11).
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.fs as pa_fs

from flows.store.errors import StoreError

#: Folders vanish under a writer only where a run's last document was landed just then.
_WRITE_ATTEMPTS = 5


@dataclass(frozen=True)
class Place:
    """A folder: ``uri`` for deltalake, ``filesystem`` and ``root`` for everything else.

    Paths given to the methods are relative to the folder, with ``/`` between their parts.
    """

    uri: str
    filesystem: pa_fs.FileSystem
    root: str

    @classmethod
    def of(cls, url: str | os.PathLike[str]) -> Place:
        """The place that a local path or an object-store URL names.

        Credentials come from the environment (``AWS_*``, ``AZURE_*``, ``GOOGLE_*``).
        Raises `StoreError` where the URL's scheme is none that tables can be kept in.
        """
        text = os.fspath(url)
        if "://" not in text:
            text = Path(text).absolute().as_uri()
        try:
            filesystem, root = pa_fs.FileSystem.from_uri(text)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            schemes = "a folder, or s3://, gs:// or abfss://"
            raise StoreError(f"{url}: datasets are kept in {schemes} ({error})") from error
        local = isinstance(filesystem, pa_fs.LocalFileSystem)
        return cls(root if local else text.rstrip("/"), filesystem, root.rstrip("/"))

    @property
    def is_local(self) -> bool:
        """Whether the folder is on a disk of this machine, where files can be locked."""
        return isinstance(self.filesystem, pa_fs.LocalFileSystem)

    def path(self, relative: str) -> str:
        """The path as the file system knows it."""
        return f"{self.root}/{relative}"

    def folder(self, relative: str) -> pa_fs.FileSystem:
        """A file system whose root is a folder of this place."""
        return pa_fs.SubTreeFileSystem(self.path(relative), self.filesystem)

    def write(self, relative: str, data: pa.Buffer | bytes) -> None:
        """Write a file, with the folders above it."""
        path = self.path(relative)
        for attempt in range(_WRITE_ATTEMPTS):
            try:
                self.filesystem.create_dir(path.rsplit("/", 1)[0], recursive=True)
                with self.filesystem.open_output_stream(path, compression=None) as stream:
                    stream.write(data)
                return
            except FileNotFoundError:  # `remove_empty_folder` took a folder away in between
                if attempt == _WRITE_ATTEMPTS - 1:
                    raise

    def read(self, relative: str) -> bytes:
        """The bytes of a file; raises `OSError` where it cannot be read."""
        with self.filesystem.open_input_stream(self.path(relative), compression=None) as stream:
            return stream.read()

    def move(self, relative: str, target: str) -> None:
        """Move a file; where one stands at the target already, it is replaced as a whole."""
        self.filesystem.move(self.path(relative), self.path(target))

    def size(self, relative: str) -> int | None:
        """The size of a file in bytes, None where there is none."""
        info = self.filesystem.get_file_info(self.path(relative))
        return info.size if info.type == pa_fs.FileType.File else None

    def entries(self, relative: str, *, recursive: bool = False) -> list[pa_fs.FileInfo]:
        """What stands under a folder; nothing where there is no folder."""
        selector = pa_fs.FileSelector(
            self.path(relative), allow_not_found=True, recursive=recursive
        )
        return self.filesystem.get_file_info(selector)

    def remove_folder(self, relative: str) -> None:
        """Remove a folder and what is in it, if it is there."""
        if self.filesystem.get_file_info(self.path(relative)).type == pa_fs.FileType.Directory:
            self.filesystem.delete_dir(self.path(relative))

    def remove_empty_folder(self, relative: str) -> None:
        """Remove a folder that has nothing in it; object stores have no such folders."""
        if self.is_local:
            with suppress(OSError):
                os.rmdir(self.path(relative))
