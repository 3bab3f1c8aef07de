"""Writes a PDF from its beginning to its end, page by page: what was written is not kept, only where it lies.

Sources: ISO 32000-1:2008, 7.5 (structure of a file), 7.7.3 (page tree), 9.7 (composite fonts), 9.10.3 (ToUnicode).
"""

import hashlib
import zlib
from array import array
from collections.abc import Collection
from typing import IO, Final

from traceability.press.typeface import Typeface

PAGES_PER_NODE: Final = 500
"""Nodes of the page tree hold so many pages, so that a reader of a million pages finds one quickly."""

COMPRESSION: Final = 1
"""QR codes are noise: harder work makes them hardly smaller. Measured: level 6 takes 3 times as long for 4 %."""

_CATALOG, _ROOT, _INFO, _RESOURCES, _FONT = 1, 2, 3, 4, 5
_FIRST_FREE: Final = 6
_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"  # bytes beyond ASCII: no program takes it for text


class PdfFile:
    """A PDF with one typeface (as /F) and one part that pages may share (as /L).

    file: takes bytes in order; it is neither sought nor asked where it stands. page_points: width and height.
    """

    def __init__(self, file: IO[bytes], page_points: tuple[float, float], typeface: Typeface) -> None:
        self._file = file
        self._typeface = typeface
        self._width, self._height = page_points
        self._written = 0
        self._offsets = array("Q", bytes(8 * _FIRST_FREE))
        self._nodes: list[int] = []
        self._node_pages = array("Q")
        self._page_count = 0
        self._shared: int | None = None
        self._write(_HEADER)

    def share(self, content: bytes, box: tuple[float, float]) -> None:
        """Write the part that pages refer to by «/L Do». box: its width and height in points."""
        self._shared = self._new_number()
        width, height = box
        self._stream(
            self._shared,
            f"/Type /XObject /Subtype /Form /BBox [0 0 {width:.3f} {height:.3f}] /Resources {_RESOURCES} 0 R",
            content,
        )

    def add_page(self, content: bytes) -> None:
        """Write a page with these operators."""
        if len(self._node_pages) == PAGES_PER_NODE:
            self._end_node()
        if not self._node_pages:
            self._nodes.append(self._new_number())
        stream, page = self._new_number(), self._new_number()
        self._stream(stream, "", content)
        self._object(page, f"<< /Type /Page /Parent {self._nodes[-1]} 0 R /Contents {stream} 0 R >>")
        self._node_pages.append(page)
        self._page_count += 1

    def finish(self, *, title: str, author: str, letters: Collection[str]) -> None:
        """Write the rest. letters: all that text on pages is made of."""
        self._end_node()
        self._write_font(sorted(letters))
        shared = f" /XObject << /L {self._shared} 0 R >>" if self._shared else ""
        self._object(_RESOURCES, f"<< /Font << /F {_FONT} 0 R >>{shared} >>")
        kids = " ".join(f"{node} 0 R" for node in self._nodes)
        self._object(
            _ROOT,
            f"<< /Type /Pages /Count {self._page_count} /MediaBox [0 0 {self._width:.3f} {self._height:.3f}] "
            f"/Resources {_RESOURCES} 0 R /Kids [{kids}] >>",
        )
        # Labels of another size than theirs lie beside the paper's cuts: viewers shall not fit them to the page.
        self._object(
            _CATALOG,
            f"<< /Type /Catalog /Pages {_ROOT} 0 R /Lang (vi) /ViewerPreferences << /PrintScaling /None >> >>",
        )
        self._object(_INFO, f"<< /Title {_text(title)} /Author {_text(author)} >>")
        self._end()

    def _end_node(self) -> None:
        if not self._node_pages:
            return
        kids = " ".join(f"{page} 0 R" for page in self._node_pages)
        self._object(
            self._nodes[-1],
            f"<< /Type /Pages /Parent {_ROOT} 0 R /Count {len(self._node_pages)} /Kids [{kids}] >>",
        )
        self._node_pages = array("Q")

    def _write_font(self, letters: list[str]) -> None:
        """The typeface with these letters only, and how its glyphs are read as text again."""
        face = self._typeface
        content = face.subset(letters)
        tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(content).digest()[:6])
        name = f"/{tag}+ChoSans"
        file, descriptor, descendant, to_unicode = (self._new_number() for _ in range(4))
        self._stream(file, f"/Length1 {len(content)}", content)
        self._object(
            descriptor,
            f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /ItalicAngle 0 /StemV 80 /CapHeight {face.ascent} "
            f"/Ascent {face.ascent} /Descent {face.descent} /FontBBox [{' '.join(map(str, face.box))}] "
            f"/FontFile2 {file} 0 R >>",
        )
        glyphs = {face.glyphs[ord(letter)]: letter for letter in letters}
        widths = " ".join(f"{glyph} [{face.advances[glyph]}]" for glyph in sorted(glyphs))
        self._object(
            descendant,
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont {name} /CIDToGIDMap /Identity /DW 1000 /W [{widths}] "
            f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/FontDescriptor {descriptor} 0 R >>",
        )
        self._stream(to_unicode, "", _to_unicode(glyphs))
        self._object(
            _FONT,
            f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H "
            f"/DescendantFonts [{descendant} 0 R] /ToUnicode {to_unicode} 0 R >>",
        )

    def _end(self) -> None:
        """Where each object lies, for those who read from the end."""
        at, count = self._written, len(self._offsets)
        self._write(f"xref\n0 {count}\n0000000000 65535 f \n".encode("ascii"))
        for first in range(1, count, 1000):
            lines = [f"{offset:010} 00000 n \n" for offset in self._offsets[first : first + 1000]]
            self._write("".join(lines).encode("ascii"))
        trailer = (
            f"trailer\n<< /Size {count} /Root {_CATALOG} 0 R /Info {_INFO} 0 R >>\nstartxref\n{at}\n%%EOF\n"
        )
        self._write(trailer.encode("ascii"))

    def _new_number(self) -> int:
        self._offsets.append(0)
        return len(self._offsets) - 1

    def _stream(self, number: int, entries: str, content: bytes) -> None:
        packed = zlib.compress(content, COMPRESSION)
        self._begin(number)
        self._write(f"<< /Filter /FlateDecode /Length {len(packed)} {entries}>>\nstream\n".encode("ascii"))
        self._write(packed)
        self._write(b"\nendstream\nendobj\n")

    def _object(self, number: int, content: str) -> None:
        self._begin(number)
        self._write(f"{content}\nendobj\n".encode("ascii"))

    def _begin(self, number: int) -> None:
        self._offsets[number] = self._written
        self._write(f"{number} 0 obj\n".encode("ascii"))

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        self._written += len(content)


def _text(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _to_unicode(glyphs: dict[int, str]) -> bytes:
    """Which letter each glyph is; at most a hundred in one list, as the format asks."""
    lines = [
        f"<{glyph:04X}> <{letter.encode('utf-16-be').hex().upper()}>"
        for glyph, letter in sorted(glyphs.items())
    ]
    lists = [lines[first : first + 100] for first in range(0, len(lines), 100)]
    mapped = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in lists)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{mapped}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end\n"
    ).encode("ascii")
