"""QR codes as pictures: what a reader says of them."""

import io

import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.traceability.conftest import GTIN
from tests.traceability.rendering import BASE, some_seal
from traceability.printed import printed_url
from traceability.qr_images import is_sealed, qr_matrix, qr_png, qr_svg
from traceability.stamp_codes import new_codes


def test_a_png_is_read_again_and_has_its_resolution():
    url = f"{BASE}/T/{new_codes(1)[0]}"

    picture = Image.open(io.BytesIO(qr_png(url, 12, 600)))
    (found,) = zxingcpp.read_barcodes(picture)

    assert found.text.lower() == url.lower()
    assert round(picture.info["dpi"][0]) == 600


def test_an_svg_draws_the_dark_modules_and_no_style():
    url = f"{BASE}/T/{new_codes(1)[0]}"
    matrix = qr_matrix(url)

    drawing = qr_svg(url, 0.508)

    side = matrix.size + 8
    assert f'viewBox="0 0 {side} {side}"' in drawing
    assert f'width="{side * 0.508:.3f}mm"' in drawing
    assert "style" not in drawing
    lengths = [int(part.split("v")[0]) for part in drawing.split('d="M4')[1].split("h") if "v1" in part]
    assert sum(lengths) == sum(row.bit_count() for row in matrix.rows)


@settings(max_examples=60, deadline=None)
@given(
    host=st.from_regex(r"[a-z]{2,12}(\.[a-z]{2,8}){1,2}", fullmatch=True),
    lot=st.from_regex(r"[A-Za-z0-9._-]{1,20}", fullmatch=True).filter(lambda text: text not in {".", ".."}),
    has_gtin=st.booleans(),
    code=st.builds(lambda: new_codes(1)[0]),
)
def test_every_printed_address_is_read_again(host, lot, has_gtin, code):
    url = printed_url(f"https://{host}", code, gtin=GTIN if has_gtin else None, lot_code=lot)

    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr_png(url, 4, 300))))

    assert found.text == url.replace(host, host.upper(), 1)
    assert found.ec_level == "Q"


def test_a_sealed_address_is_short_of_damage_rather_than_of_room():
    """Design 4.1: V7 at level M, 45 modules, with a short host."""
    url = f"https://OCOP.VN/{some_seal()}/01/{GTIN}/10/L260115/21/{new_codes(1)[0]}"

    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr_png(url, 4, 300))))

    assert found.text == url
    assert found.ec_level == "M"
    assert qr_matrix(url).size == 45


def test_which_addresses_are_sealed():
    seal = some_seal()

    assert is_sealed(f"https://ocop.vn/{seal}/T/7K3QX9M2RVBH8")
    assert not is_sealed(f"https://ocop.vn/{seal[1:]}/T/7K3QX9M2RVBH8")
    assert not is_sealed("https://ocop.vn/T/7K3QX9M2RVBH8")
    assert not is_sealed(f"https://ocop.vn/01/{GTIN}")
