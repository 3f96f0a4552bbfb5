"""Recoveries that are kept beside the raw bytes, so that new words need no new reading.

A recovery lies at ``raw/.store/<sha256>.recovered-<version>.json.gz``, with mode 0600. Its
version is made of the document's name (which its table ids hang on), the code that parses
and the words that parsing reads: after a change of one of them it is not found, and the
document is parsed again. It is a copy of what can be made anew, so a damaged one is made anew.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from extractors import recovered as forms
from extractors.pipeline import IsName, recover, withhold
from extractors.recovered import FormError, Recovered
from extractors.source import ALONE, Reading
from flows import rawstore, runtime
from flows.rawstore import Location, RawFile, RawStore
from schemas.vocabulary import Vocabulary

_log = logging.getLogger(runtime.LOGGER)

_MARK = ".recovered-"
_SUFFIX = ".json.gz"

#: A yearbook's recovery has 1.7 MB at this level, 5% more than at the slowest, in a third
#: of the time.
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Recoveries:
    """The recoveries under a raw folder or URL.

    ``writes`` is false in a dry run; ``fresh`` parses also what is kept; ``reading`` says how
    a document of pages is read.
    """

    raw: RawStore
    writes: bool = True
    fresh: bool = False
    reading: Reading = ALONE

    def reader(
        self, file: RawFile, vocabulary: Vocabulary, is_name: IsName
    ) -> Callable[[Vocabulary], Recovered]:
        """What `extract_from` reads a document with.

        It raises `DocumentError` where the document has to be parsed and cannot be. What the
        whole vocabulary withholds is withheld before anything is written.
        """

        def read(words: Vocabulary) -> Recovered:
            kept = None if self.fresh else self._load(self._place(file, words))
            if kept is not None and not kept.persons <= vocabulary.own_persons:
                kept = None  # words that withheld something are gone: it may land again
            found = kept or recover(rawstore.read(file), file.name, words, is_name, self.reading)
            wanted = withhold(found, vocabulary, is_name)
            if self.writes and wanted is not kept:
                try:
                    self._keep(wanted, file, words, vocabulary)
                except OSError as error:  # raw may be read only: it is parsed again then
                    _log.warning("%s: its recovery is not kept: %s", file.name, error)
            return wanted

        return read

    def _place(self, file: RawFile, words: Vocabulary) -> Location:
        return self.raw.kept(file.sha256).beside(f"{_MARK}{_version(file.name, words)}{_SUFFIX}")

    @staticmethod
    def _load(place: Location) -> Recovered | None:
        try:
            with place.open() as stream:
                return forms.from_json(gzip.decompress(stream.read()).decode())
        except (OSError, EOFError, zlib.error, UnicodeDecodeError, FormError):
            return None

    def _keep(
        self, found: Recovered, file: RawFile, words: Vocabulary, vocabulary: Vocabulary
    ) -> None:
        """Keep a recovery in place of those that other code or other words made."""
        place = self._place(file, words)
        data = gzip.compress(forms.to_json(found).encode(), _LEVEL, mtime=0)
        self.raw.make_folder()
        place.write(data, mode=0o600)
        current = {self._place(file, known).path for known in (vocabulary, vocabulary.base)}
        start = self.raw.kept(file.sha256).path + _MARK + _name_part(file.name)
        for path in place.filesystem.glob(f"{start}*{_SUFFIX}"):
            if path not in current:
                with suppress(OSError):  # another process was first
                    place.filesystem.rm_file(path)


def kept_of(raw: RawStore, name: str) -> dict[str, list[Location]]:
    """What is kept of documents of a name, by the hash of their bytes."""
    found: dict[str, list[Location]] = {}
    folder = raw.kept("")
    for path in sorted(
        folder.filesystem.glob(f"{folder.path}*{_MARK}{_name_part(name)}*{_SUFFIX}")
    ):
        place = Location(folder.filesystem, path)
        found.setdefault(place.name.split(_MARK)[0], []).append(place)
    return found


def _version(name: str, words: Vocabulary) -> str:
    parts = f"{runtime.parsing_version()}\n{words.parsing_hash}"
    return f"{_name_part(name)}{hashlib.sha256(parts.encode()).hexdigest()[:12]}"


def _name_part(name: str) -> str:
    return f"{hashlib.sha256(name.encode()).hexdigest()[:8]}-"
