"""The file itself: every object where the table says, pages in a tree, written from the first byte to the last."""

import re
import struct
import subprocess
from itertools import pairwise

from tests.traceability.rendering import facts, labels_of, needs_poppler
from traceability.press.pdf import PAGES_PER_NODE
from traceability.press.sheets import write_labels
from traceability.press.typeface import PLAIN_FILE, plain_typeface, read_typeface
from traceability.stamp_codes import new_codes


class Pipe:
    """Takes bytes as a socket does: it cannot be sought, and keeps only what a test asks for."""

    def __init__(self, path):
        self._file = path.open("wb")
        self.largest = 0

    def write(self, content):
        self.largest = max(self.largest, len(content))
        return self._file.write(content)

    def close(self):
        self._file.close()


def roll_of(path, count):
    pipe = Pipe(path)
    label = facts()
    assert write_labels(pipe, label, labels_of(label, new_codes(count)), layout="50x30") == count
    pipe.close()
    return path.read_bytes(), pipe


@needs_poppler
def test_more_pages_than_one_node_of_the_tree_holds(tmp_path):
    count = 2 * PAGES_PER_NODE + 1

    content, pipe = roll_of(tmp_path / "roll.pdf", count)
    told = subprocess.run(
        ["pdfinfo", "-f", str(count), "-l", str(count), str(tmp_path / "roll.pdf")],
        check=True, capture_output=True, text=True,
    )  # fmt: skip

    assert f"Pages:           {count}" in told.stdout
    assert "141.732 x 85.039 pts" in told.stdout
    assert told.stderr == ""
    assert content.count(b"/Type /Pages /Parent") == 3
    assert pipe.largest < 40_000


def test_every_object_begins_where_the_table_says(tmp_path):
    content, _pipe = roll_of(tmp_path / "roll.pdf", 30)
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", content)[1])
    first, *lines = content[start:].split(b"trailer")[0].splitlines()[2:]

    assert content[start:].startswith(b"xref\n0 ")
    assert first == b"0000000000 65535 f "
    for number, line in enumerate(lines, 1):
        assert re.fullmatch(rb"\d{10} 00000 n ", line)
        assert content[int(line[:10]) :].startswith(b"%d 0 obj\n" % number)
    assert b"/PrintScaling /None" in content


def test_the_subset_is_a_typeface_with_the_letters_asked_for_and_no_others():
    whole = plain_typeface()

    content = whole.subset("Nước ẪỄ")
    part = read_typeface_with_letters(content)

    assert len(content) < PLAIN_FILE.stat().st_size / 2
    for letter in "Nước ẪỄ":
        assert part[whole.glyphs[ord(letter)]] == whole.outlines[whole.glyphs[ord(letter)]]
    assert part[whole.glyphs[ord("Z")]] == b""
    # The sum of a whole file is fixed. Source: ISO/IEC 14496-22, table head, checkSumAdjustment.
    assert sum(struct.unpack(f">{len(content) // 4}I", content)) & 0xFFFFFFFF == 0xB1B0AFBA


def read_typeface_with_letters(content):
    """Outlines of a subset, which has no table of letters of its own."""
    (count,) = struct.unpack_from(">H", content, 4)
    places = {}
    for number in range(count):
        tag, _sum, start, length = struct.unpack_from(">4sIII", content, 12 + 16 * number)
        places[tag.decode()] = content[start : start + length]
    offsets = struct.unpack(f">{len(places['loca']) // 4}I", places["loca"])
    return [places["glyf"][first:last] for first, last in pairwise(offsets)]


def test_the_typeface_is_read_as_another_reader_reads_it():
    from fontTools.ttLib import TTFont

    font = TTFont(PLAIN_FILE)
    ours = read_typeface(PLAIN_FILE.read_bytes())
    order = font.getGlyphOrder()

    assert {point: order[glyph] for point, glyph in ours.glyphs.items()} == font.getBestCmap()
    assert [font["hmtx"][name][0] for name in order] == list(ours.advances)
    assert ours.ascent == font["hhea"].ascent
