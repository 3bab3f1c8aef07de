"""Reads the present index: which documents hold a word, and which words there are."""

import weakref
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import TermNotFound

from catalog.search.folders import ENTRIES, IndexDamagedError, Manifest, present_folder, read_manifest
from catalog.search.vocabulary import Vocabulary
from catalog.searched_texts import VOCABULARY_FIELDS

# Over damaged files Whoosh raises whatever comes: EOFError, struct.error, KeyError, zlib.error, UnpicklingError and in
# places `Exception` itself («Block tag error»). Nothing narrower would do at this one door.
_DAMAGE: Final = Exception


class SearchIndex:
    """One finished index, open. Documents are numbered from 0; `product_ids` says which product each is."""

    def __init__(self, folder: Path, manifest: Manifest, reader: Any, entries: "array[int]") -> None:
        self._reader = reader
        self._close = weakref.finalize(self, reader.close)
        self.folder = folder
        self.manifest = manifest
        self.product_ids: Sequence[int] = entries[: manifest.entry_count]
        self.digests: Sequence[int] = entries[manifest.entry_count :]

    def documents(self, field: str, word: str) -> list[int]:
        """The numbers of the documents that hold `word` in `field`, ascending.

        Raises IndexDamagedError if the files can no longer be read.
        """
        try:
            return list(self._reader.postings(field, word).all_ids())
        except TermNotFound:
            return []
        except _DAMAGE as error:
            raise IndexDamagedError(repr(error)) from error

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """All words of names, other words and origins. Raises IndexDamagedError."""
        counts: Counter[str] = Counter()
        try:
            for field in VOCABULARY_FIELDS:
                for word, info in self._reader.iter_field(field):
                    counts[word.decode()] += info.doc_frequency()
        except _DAMAGE as error:
            raise IndexDamagedError(repr(error)) from error
        return Vocabulary(counts)

    def close(self) -> None:
        """Let go of the files; otherwise they are let go of with the last who uses this object."""
        self._close()


def open_present(root: Path) -> SearchIndex:
    """The present index below `root`. Raises IndexDamagedError if there is none that can be used."""
    folder = present_folder(root)
    if folder is None:
        raise IndexDamagedError("there is no index")
    manifest = read_manifest(folder)
    try:
        entries = array("q", (folder / ENTRIES).read_bytes())
        reader = FileIndex(FileStorage(str(folder), supports_mmap=False, readonly=True)).reader()
        index = SearchIndex(folder, manifest, reader, entries)
        is_whole = len(entries) == 2 * manifest.entry_count == 2 * reader.doc_count_all()
    except _DAMAGE as error:
        raise IndexDamagedError(repr(error)) from error
    if not is_whole:
        index.close()
        raise IndexDamagedError("documents and entries differ in number")
    return index
