"""Pages filled in stamp by stamp."""

import gzip

from hypothesis import given
from hypothesis import strategies as st

from traceability.pieced_page import PiecedPage

GAPS = ("\ue000A\ue000", "\ue000B\ue000")
words = st.text(st.characters(exclude_characters="\ue000", exclude_categories=("Cs",)), max_size=300)


@given(st.lists(words | st.sampled_from(GAPS), max_size=12), words, words)
def test_a_filled_page_reads_as_if_the_gaps_had_never_been(parts, first, second):
    page = PiecedPage("".join(parts), GAPS)
    filling = {GAPS[0]: first, GAPS[1]: second}

    expected = "".join(filling.get(part, part) for part in parts).encode()

    assert page.plain(filling) == expected
    assert gzip.decompress(page.gzipped(filling)) == expected


def test_a_filling_larger_than_one_stored_block_survives():
    page = PiecedPage(f"<p>{GAPS[0]}</p>", GAPS)

    packed = page.gzipped({GAPS[0]: "ạ" * 100_000})

    assert gzip.decompress(packed).decode() == f"<p>{'ạ' * 100_000}</p>"
