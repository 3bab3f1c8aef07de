"""Builds an index."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage

from catalog.search.folders import ENTRIES, building, new_folder, publish
from catalog.search.schema import make_schema, pairs_field
from catalog.searched_texts import FIELDS, Entry, SearchedTexts, distinct_pairs, distinct_words

# A word is read as a whole, so large blocks are read quickest.
_BLOCK_POSTINGS: Final = 4_096


def build_index(
    root: Path, entries: Iterable[Entry], *, seq: int, last_product_id: int | None, wait_seconds: float
) -> int:
    """Build an index of `entries` below `root` and make it the present one. Returns how many there were.

    seq, last_product_id: see `folders.Manifest`; read from the feed before the entries were.
    Raises IndexBusyError if another process still builds after `wait_seconds`.
    """
    with building(root, wait_seconds):
        folder = new_folder(root)
        count = _write(folder, entries)
        publish(root, folder, seq, last_product_id, count)
    return count


def _write(folder: Path, entries: Iterable[Entry]) -> int:
    ids, digests = array("q"), array("q")
    index = FileStorage(str(folder), supports_mmap=False).create_index(make_schema())
    codec = W3Codec(blocklimit=_BLOCK_POSTINGS)
    codec.length_stats = False  # nothing is ranked by length, and looking lengths up costs half of the time
    writer = index.writer(codec=codec, compound=False)
    writer.pool.cleanup()
    writer.pool = postings = _Postings()
    for number, entry in enumerate(entries):
        ids.append(entry.product_id)
        digests.append(entry.texts.digest())
        writer.add_document()
        postings.add_texts(number, entry.texts)
    writer.commit(merge=False)
    index.close()
    (folder / ENTRIES).write_bytes(ids.tobytes() + digests.tobytes())
    return len(ids)


class _Postings:
    """Stands in for Whoosh's pool of postings, which sorts them by the million in temporary files.

    Documents come in ascending order, so it is enough to keep a list of numbers for each word.
    """

    def __init__(self) -> None:
        self._documents: defaultdict[tuple[str, str], array[int]] = defaultdict(lambda: array("i"))

    def add(self, posting: tuple[str, bytes, int, float, bytes]) -> None:
        """Whoosh's own way in."""
        field, word, number, *_ = posting
        self._documents[field, word.decode()].append(number)

    def add_texts(self, number: int, texts: SearchedTexts) -> None:
        """The shorter way in for words that are cut already."""
        for field in FIELDS:
            text = getattr(texts, field)
            for word in distinct_words(text):
                self._documents[field, word].append(number)
            for pair in distinct_pairs(text):
                self._documents[pairs_field(field), pair].append(number)

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """Field, word, document, weight and value, in the order in which Whoosh writes them."""
        ordered = sorted((field, word.encode(), word) for field, word in self._documents)
        for field, encoded, word in ordered:
            for number in self._documents[field, word]:
                yield field, encoded, number, 1.0, b""

    def cleanup(self) -> None:
        """Whoosh calls this when the postings are written."""
        self._documents.clear()
