"""Addresses as GS1 Digital Link: what is printed leads to its page, what somebody put together does not."""

import pytest

from core.db import transaction
from tests.traceability.conftest import GTIN, OTHER_GTIN
from traceability.printed import printed_url
from traceability.stamp_codes import check_character


@pytest.fixture
def printed(make_product, make_lot, make_stamp):
    """Product, lot and code behind one printed address."""
    product = make_product(gtin=GTIN)
    return product, make_stamp(make_lot(product))


def test_a_printed_address_leads_to_the_page_of_its_code_with_its_query(client, printed):
    _, code = printed

    answer = client.get(f"/01/{GTIN}/10/L2611/21/{code}?s=1&x=a%20b+c")

    assert answer.status_code == 307
    assert answer.headers["Location"] == f"/T/{code}?s=1&x=a%20b+c"


@pytest.mark.parametrize(
    "path",
    [
        "/01/{gtin}/10/L2611/21/{code}/",
        "/01/{gtin}/10/l2611/21/{lower}",
        "/01/{gtin}/21/{code}",
        "/en/01/{gtin}/10/L2611/21/{code}",
    ],
)
def test_spellings_of_a_printed_address_are_forgiven(client, printed, path):
    _, code = printed

    answer = client.get(path.format(gtin=GTIN, code=code, lower=code.lower()))

    assert answer.status_code == 307
    assert answer.headers["Location"].endswith(f"/T/{code}")


@pytest.mark.parametrize(
    "path",
    [
        f"/01/{OTHER_GTIN}/10/L2611/21/{{code}}",
        f"/01/{GTIN}/10/L9999/21/{{code}}",
    ],
)
def test_an_address_that_is_not_the_codes_own_is_unknown(client, printed, path):
    _, code = printed

    answer = client.get(path.format(code=code))

    assert answer.status_code == 404
    assert "Tem hợp lệ" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/01/09521234500019/10/L2611/21/{code}",
        "/01/123/10/L2611/21/{code}",
        f"/01/{GTIN}/21/{{code}}/10/L2611",
        f"/01/{GTIN}/10/L2611/22/A/21/{{code}}",
        f"/01/{GTIN}/10/L2611/21/{{code}}?17=261399",
        f"/01/{GTIN}/10/L2611/21/{{code}}?01={GTIN}",
        "/01/evil/21/{code}",
    ],
)
def test_an_address_of_no_form_gives_no_verdict_on_the_code_in_it(client, printed, path):
    _, code = printed

    answer = client.get(path.format(code=code))

    assert answer.status_code == 400
    assert 'data-verdict="unknown"' in answer.text or 'data-verdict="mistyped"' in answer.text
    assert "Tem hợp lệ" not in answer.text


def test_another_products_gtin_gives_no_verdict_on_the_code(
    client, printed, make_product, make_lot, make_stamp
):
    _, code = printed
    make_stamp(make_lot(make_product(gtin=OTHER_GTIN)))

    answer = client.get(f"/01/{OTHER_GTIN}/10/L2611/21/{code}")

    assert 'data-verdict="unknown"' in answer.text


def test_a_wrong_check_character_is_a_typing_error_here_too(client, printed):
    _, code = printed
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")

    assert 'data-verdict="mistyped"' in client.get(f"/01/{GTIN}/10/L2611/21/{wrong}").text


def test_an_old_print_finds_its_page_after_the_product_got_another_gtin(client, printed):
    product, code = printed
    with transaction():
        product.variants[0].gtin = OTHER_GTIN

    old = client.get(f"/01/{GTIN}/10/L2611/21/{code}")
    new = client.get(f"/01/{OTHER_GTIN}/10/L2611/21/{code}")

    assert (old.status_code, new.status_code) == (307, 307)
    assert client.get(f"/01/{GTIN}/10/L2611", follow_redirects=True).status_code == 200


def test_a_gtin_alone_leads_to_the_product(client, printed):
    product, _ = printed

    answer = client.get(f"/01/{GTIN}?x=1")

    assert answer.status_code == 307
    assert answer.headers["Location"] == f"/products/{product.slug}?x=1"


@pytest.mark.parametrize("lot", ["L2611", "l2611", "L2611/"])
def test_a_lot_without_a_code_is_told_of_without_a_verdict(client, printed, lot):
    product, _ = printed

    answer = client.get(f"/01/{GTIN}/10/{lot}")

    assert answer.status_code == 307
    assert answer.headers["Location"] == f"/products/{product.slug}/lots/L2611"
    answer = client.get(answer.headers["Location"])
    assert answer.status_code == 200
    assert "Lô L2611" in answer.text
    assert "data-verdict" not in answer.text


@pytest.mark.parametrize("path", [f"/01/{OTHER_GTIN}", f"/01/{GTIN}/10/L9999"])
def test_goods_that_are_not_known_are_told_in_words(client, printed, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert "Ở đây chưa biết mặt hàng này" in answer.text


@pytest.mark.parametrize("path", ["/01/x", "/01/09521234500019", f"/01/{GTIN[1:]}", f"/01/{GTIN}/10/%00"])
def test_an_address_with_a_wrong_digit_is_told_as_such(client, printed, path):
    answer = client.get(path)

    assert answer.status_code == 400
    assert "Địa chỉ này chưa đủ hoặc có chữ số sai" in answer.text


@pytest.mark.parametrize("slug", ["khong-co", None])
def test_the_page_of_a_lot_is_that_of_its_own_product(client, printed, slug):
    product, _ = printed

    assert client.get(f"/products/{slug or product.slug}/lots/L9999").status_code == 404
    assert client.get("/products/khong-co/lots/L2611").status_code == 404


def test_a_product_taken_down_is_told_as_such(client, make_product, make_lot):
    make_lot(make_product(gtin=GTIN, is_listed=False))

    answer = client.get(f"/01/{GTIN}")

    assert answer.status_code == 410
    assert "Không còn đăng ở đây" in answer.text


def test_the_host_of_a_printed_address_is_that_of_the_settings(client, app, printed):
    _, code = printed
    base = app.extensions["settings"].public_base_url

    answer = client.get(f"/T/{code}", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})

    assert printed_url(base, code, gtin=GTIN, lot_code="L2611") == f"{base}/01/{GTIN}/10/L2611/21/{code}"
    assert "evil.example" not in answer.text
    assert "evil.example" not in str(answer.headers)


def test_an_unknown_code_in_a_good_address_is_unknown(client, printed):
    body = "7K3QX9M2RVBH"

    answer = client.get(f"/01/{GTIN}/10/L2611/21/{body}{check_character(body)}")

    assert answer.status_code == 404
    assert 'data-verdict="unknown"' in answer.text
