"""Every form of address that was ever printed on a stamp leads to its page. Lines are only ever added to this list."""

from urllib.parse import urlsplit

import pytest

from tests.traceability.conftest import GTIN
from traceability.digital_link import qr_segments
from traceability.printed import printed_url

# In brackets: since which version of the sheets. A form stays here when newer sheets print another.
FORMS = (
    "/T/{code}",  # goods without a GTIN (1)
    "/01/{gtin}/10/{lot}/21/{code}",  # goods with one (1)
    "/{seal}/T/{code}",  # sealed (2)
    "/{seal}/01/{gtin}/10/{lot}/21/{code}",  # sealed, with a GTIN (2)
)
# What scanners, telephones and people make of them.
SPELLINGS = (
    lambda path: path,
    lambda path: path + "/",
    lambda path: path.lower(),
    lambda path: path + "?utm_source=qr&fbclid=1",
    lambda path: "/en" + path,
)
LOTS = ("L2611", "lo-may_1.2")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lot_code", LOTS)
def test_a_printed_form_leads_to_the_page_of_its_code(
    client, make_product, make_lot, make_stamp, form, lot_code
):
    code = make_stamp(make_lot(make_product(gtin=GTIN), code=lot_code))
    path = form.format(code=code, gtin=GTIN, lot=lot_code, seal="Z" * 108)

    for spelling in SPELLINGS:
        answer = client.get(spelling(path), follow_redirects=True)
        assert answer.status_code == 200, spelling(path)
        assert "data-verdict" in answer.text
        assert 'data-verdict="unknown"' not in answer.text
        # A made-up seal is told as such, on the page of the code all the same.
        assert ('data-verdict="bad_seal"' in answer.text) is ("{seal}" in form)


@pytest.mark.parametrize("gtin", [None, GTIN])
def test_what_is_printed_today_is_one_of_the_forms(gtin):
    base, code = "https://ocop.vn", "7K3QX9M2RVBH8"
    path = urlsplit(printed_url(base, code, gtin=gtin, lot_code="L2611")).path

    assert path in {form.format(code=code, gtin=GTIN, lot="L2611", seal="") for form in FORMS}
    scheme, rest = qr_segments(base + path)
    assert scheme.decode() + rest.lower() == (base + path).lower()
