"""QR codes of many addresses that differ in a few characters, without encoding each: tables instead of the encoder.

With version, level, mask and kinds and lengths of segments fixed, a QR is an affine function of its bits over GF(2):
the error correction is linear (Reed-Solomon), mask and patterns are constant. So the QR of an address is that of a
sample, XORed with one term for each pair of characters in which the two differ. The terms are learned from the
encoder itself, which is handed in: these tables know nothing of how a QR is made, only how the pieces of an address
become bits.
Sources: ISO/IEC 18004:2015, 7.4.4 and 7.4.5 (characters to bits), 7.5 and 7.8; traceability design 1.4 and 4.10.
"""

import struct
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import repeat
from operator import xor
from typing import Final, Protocol

from traceability.digital_link import qr_segments

ALPHANUMERIC: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""A character's value is its place. Source: ISO/IEC 18004:2015, table 5."""

PAIR_BITS: Final = 11
SINGLE_BITS: Final = 6
BYTE_BITS: Final = 8

PROOFS: Final = 16
"""So many codes of the encoder are compared with those of new tables: paper cannot be called back."""

_FOREIGN: Final = len(ALPHANUMERIC)
"""The value that stands for what alphanumeric mode has not."""

_ALPHANUMERIC_VALUES: Final = bytes(
    ALPHANUMERIC.index(byte) if byte in ALPHANUMERIC else _FOREIGN for byte in range(256)
)
_BYTE_VALUES: Final = bytes(range(256))

Segments = tuple[bytes | str, ...]
Shape = tuple[tuple[bool, int], ...]
"""Of each segment: whether it is bytes, and its length. Addresses of one shape share their tables."""


class Matrix(Protocol):
    """What the encoder answers. rows: one number per row, its highest bit at the left."""

    @property
    def size(self) -> int: ...
    @property
    def rows(self) -> tuple[int, ...]: ...


MatrixOf = Callable[[Segments], Matrix]


class ShapeTables:
    """Terms for addresses of one shape, each learned when it is first asked for. matrix_of: the encoder."""

    def __init__(self, matrix_of: MatrixOf) -> None:
        self._matrix_of = matrix_of
        self._tables: dict[int, _PieceTable] = {}

    def encoded(self, segments: Segments) -> tuple[int, int]:
        """The QR as the encoder makes it: its rows, each filled up to whole bytes, as one number; and its size."""
        matrix = self._matrix_of(segments)
        width = 8 * row_bytes(matrix.size)
        filler = width - matrix.size
        return reduce(lambda whole, row: whole << width | row << filler, matrix.rows, 0), matrix.size

    def table(self, segments: Segments, start: int) -> "_PieceTable":
        """Terms of the piece that begins at `start` of the last segment. segments: any address of the shape."""
        if start not in self._tables:
            self._tables[start] = self._learned(segments, start)
        return self._tables[start]

    def knows(self, starts: Iterable[int]) -> bool:
        """Whether the terms of all these pieces are learned."""
        return all(start in self._tables for start in starts)

    def _learned(self, segments: Segments, start: int) -> "_PieceTable":
        varied = segments[-1]

        def with_value(value: int) -> int:
            return self.encoded((*segments[:-1], _varied(varied, start, value)))[0]

        zero = with_value(0)
        bits = tuple(with_value(1 << bit) ^ zero for bit in range(_bit_count(varied, start)))
        return _PieceTable(bits, is_bytes=isinstance(varied, bytes))


class _PieceTable:
    """Terms of one piece, by the number that cutting gives: 256 x the second character's value + the first's.

    They are put together from the terms of its bits when first needed.
    """

    def __init__(self, bits: tuple[int, ...], *, is_bytes: bool) -> None:
        self._bits = bits
        self._is_bytes = is_bytes
        is_pair = len(bits) == PAIR_BITS
        self._terms: list[int | None] = [None] * (256 * (_FOREIGN + 1) if is_pair else 256)

    def terms(self, column: Sequence[int]) -> list[int]:
        """The terms of these pieces. Raises ValueError if one has a character that the mode has not."""
        terms = list(map(self._terms.__getitem__, column))
        if None in terms:
            for piece in column:
                if self._terms[piece] is None:
                    self._terms[piece] = self._term(piece)
            return self.terms(column)
        return terms  # type: ignore[return-value]  # none is None

    def _term(self, piece: int) -> int:
        second, first = divmod(piece, 256)
        if not self._is_bytes and _FOREIGN in {first, second}:
            raise ValueError("a character that alphanumeric mode has not")
        value = len(ALPHANUMERIC) * first + second if len(self._bits) == PAIR_BITS else first
        return reduce(xor, (bit for place, bit in enumerate(self._bits) if value >> place & 1), 0)


class QrTables:
    """QR codes of addresses that are like `url`: of its shape and with its host.

    What the addresses do not share is found by itself: the encoder makes the codes until it has made as many as
    learning takes, so that a run of a few labels does not pay for tables. Give addresses by the hundred: each
    table then serves many while it is at hand.
    """

    def __init__(self, shape_tables: ShapeTables, url: str) -> None:
        self._shape_tables = shape_tables
        self._sample = url
        self._segments = qr_segments(url)
        self._is_bytes = isinstance(self._segments[-1], bytes)
        self._base, self.size = shape_tables.encoded(self._segments)
        self._byte_count = row_bytes(self.size) * self.size
        self._offset = len(url) - len(self._segments[-1])
        self._host = url[: len(url) - len(url.partition("//")[2].partition("/")[2])]
        self._differing: set[int] = set()
        self._encoded_count = 0
        self._encoded: deque[tuple[str, int]] = deque(maxlen=PROOFS)
        self._lay_out()

    def matrix(self, url: str) -> bytes:
        """The QR: row after row from the top, each filled up to whole bytes with light modules at the right.

        Raises ValueError if `url` is not like the sample.
        """
        return self.matrices((url,))[0]

    def matrices(self, urls: Sequence[str]) -> list[bytes]:
        """The QR of each of `urls`, see `matrix`."""
        if self._is_bytes:
            # An address without small letters has another shape; in the other mode the tables themselves notice.
            for url in urls:
                self._refuse_unlike(url)
        if self._differ_as_known(urls):
            return [made.to_bytes(self._byte_count, "big") for made in self._by_tables(urls)]
        if len(urls) == 1:
            return [self._unlike(urls[0]).to_bytes(self._byte_count, "big")]
        return [self.matrix(url) for url in urls]

    def _differ_as_known(self, urls: Sequence[str]) -> bool:
        """Whether all are as long as the sample, and nothing differs in what they are to share."""
        return set(map(len, urls)) <= {len(self._sample)} and all(
            all(map(str.startswith, urls, repeat(stretch), repeat(start))) for start, stretch in self._shared
        )

    def _by_tables(self, urls: Sequence[str]) -> list[int]:
        values = _BYTE_VALUES if self._is_bytes else _ALPHANUMERIC_VALUES
        cut = [self._cut(url.encode("ascii").translate(values)) for url in urls]
        made = [self._zero] * len(urls)
        # Without a piece that differs there is nothing to walk, and all are the sample.
        for table, column in zip(self._tables, zip(*cut, strict=True), strict=True):
            made = list(map(xor, made, table.terms(column)))
        return made

    def _unlike(self, url: str) -> int:
        """The QR of an address that differs from the sample where none did before."""
        self._refuse_unlike(url)
        varied, sample = qr_segments(url)[-1], self._segments[-1]
        self._differing.update(
            start
            for start in range(0, len(sample), _piece_length(sample, 0))
            if _piece(varied, start) != _piece(sample, start)
        )
        made, _size = self._shape_tables.encoded(qr_segments(url))
        self._encoded_count += 1
        self._encoded.append((url, made))
        if self._encoded_count >= self._learning_cost():
            self._lay_out()
            if any(self._by_tables((one,)) != [proof] for one, proof in self._encoded):
                raise RuntimeError(f"the tables disagree with the encoder about {url!r}")
        return made

    def _refuse_unlike(self, url: str) -> None:
        if shape_of(qr_segments(url)) != shape_of(self._segments) or not url.startswith(self._host):
            raise ValueError(f"not like {self._sample!r}: {url!r}")

    def _learning_cost(self) -> int:
        """How many codes the encoder has to make before tables can."""
        if self._shape_tables.knows(self._differing):
            return 0
        return len(self._differing) * (1 + _bit_count(self._segments[-1], 0))

    def _lay_out(self) -> None:
        """Cut addresses into pieces that may differ and stretches between them that may not."""
        sample = self._segments[-1]
        layout, end = "<", 0
        self._shared: list[tuple[int, str]] = []
        for start in sorted(self._differing):
            length = _piece_length(sample, start)
            layout += f"{self._offset + start - end}x{'BH'[length - 1]}"
            self._shared.append((end, self._sample[end : self._offset + start]))
            end = self._offset + start + length
        self._shared.append((end, self._sample[end:]))
        self._cut = struct.Struct(f"{layout}{len(self._sample) - end}x").unpack
        self._tables = [self._shape_tables.table(self._segments, start) for start in sorted(self._differing)]
        self._zero = self._base
        (self._zero,) = self._by_tables((self._sample,))


def row_bytes(size: int) -> int:
    """Bytes of a row of `size` modules."""
    return -(-size // 8)


def shape_of(segments: Segments) -> Shape:
    """Kinds and lengths of `segments`."""
    return tuple((isinstance(segment, bytes), len(segment)) for segment in segments)


def _piece_length(varied: bytes | str, start: int) -> int:
    """Alphanumeric mode writes two characters in 11 bits and a last single one in 6; byte mode each alone."""
    return 1 if isinstance(varied, bytes) else min(2, len(varied) - start)


def _bit_count(varied: bytes | str, start: int) -> int:
    if isinstance(varied, bytes):
        return BYTE_BITS
    return PAIR_BITS if _piece_length(varied, start) == 2 else SINGLE_BITS


def _piece(varied: bytes | str, start: int) -> bytes | str:
    return varied[start : start + _piece_length(varied, start)]


def _varied(varied: bytes | str, start: int, value: int) -> bytes | str:
    """`varied` with a piece at `start` for which the encoder writes `value`."""
    length = _piece_length(varied, start)
    if isinstance(varied, bytes):
        return varied[:start] + bytes([value]) + varied[start + length :]
    characters = bytes(ALPHANUMERIC[value // 45**place % 45] for place in reversed(range(length)))
    return varied[:start] + characters.decode("ascii") + varied[start + length :]
