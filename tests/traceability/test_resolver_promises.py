"""What the resolver promises beyond GS1's criteria: to people with unknown codes, and against those who lead astray."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.db import transaction
from tests.support.linksets import LINKSET, kinds, linkset_of
from tests.traceability.conftest import GTIN, OTHER_GTIN
from traceability.operations.recalls import recall_lot
from traceability.stamp_codes import check_character


@pytest.fixture
def printed(make_product, make_lot, make_stamp):
    """Product, lot and code behind one printed address."""
    product = make_product(gtin=GTIN)
    lot = make_lot(product)
    return product, lot, make_stamp(lot)


@pytest.fixture
def unknown_code():
    body = "7K3QX9M2RVBH"
    return body + check_character(body)


@pytest.mark.parametrize(
    ("header", "root"),
    [
        ("vi-VN,vi;q=0.9,en;q=0.8", ""),
        ("en-US,en;q=0.9", "/en"),
        ("en;q=0.2,vi;q=0.9", ""),
        ("en;q=0", ""),
        ("ja,fr;q=0.5", ""),
        ("en;q=abc,,;;,vi", ""),
        ("*", ""),
    ],
)
def test_pages_come_in_the_language_of_the_browser(client, printed, header, root):
    product, _, code = printed
    headers = {"Accept-Language": header}

    for path, target in (
        (f"/01/{GTIN}", f"/products/{product.slug}"),
        (f"/01/{GTIN}/21/{code}", f"/T/{code}"),
    ):
        answer = client.get(path, headers=headers)
        assert answer.headers["Location"] == root + target
        assert "Accept-Language" in answer.headers["Vary"]
        # An address under /en was asked for in English, whatever the browser says.
        assert client.get("/en" + path, headers=headers).headers["Location"] == "/en" + target


def test_an_unknown_code_never_leads_to_a_clean_page(client, printed, unknown_code):
    for query in ("", "?linkType=gs1:pip", "?linkType=gs1:defaultLink", "?linkType=gs1:traceability"):
        answer = client.get(f"/01/{GTIN}/10/L2611/21/{unknown_code}{query}")
        assert answer.status_code == 404
        assert 'data-verdict="unknown"' in answer.text
    assert len(linkset_of(client, f"/01/{GTIN}/10/L2611/21/{unknown_code}")) == 2


def test_a_code_under_other_goods_has_no_links_of_its_own(client, printed, make_product, make_lot):
    _, _, code = printed
    make_lot(make_product(gtin=OTHER_GTIN))

    things = linkset_of(client, f"/01/{OTHER_GTIN}/10/L2611/21/{code}")

    assert code not in json.dumps(things)
    assert client.get(f"/01/{OTHER_GTIN}/10/L2611/21/{code}?linkType=gs1:traceability").status_code == 404


def test_asking_for_links_is_no_look_and_guessing_is_throttled(client, printed, unknown_code):
    path = f"/01/{GTIN}/21/{unknown_code}?linkType=linkset"

    statuses = [client.get(path).status_code for _ in range(32)]

    assert statuses == [200] * 30 + [429] * 2


def test_goods_that_are_not_shown_any_more_offer_only_their_lots(client, make_product, make_lot, make_stamp):
    product = make_product(gtin=GTIN, is_listed=False)
    code = make_stamp(make_lot(product))

    assert client.get(f"/01/{GTIN}?linkType=linkset").status_code == 404
    assert client.get(f"/01/{GTIN}?linkType=gs1:pip").status_code == 404
    assert [kinds(thing) & {"pip"} for thing in linkset_of(client, f"/01/{GTIN}/10/L2611/21/{code}")] == [
        set(),
        set(),
    ]
    assert client.get(f"/01/{GTIN}/10/L2611/21/{code}").status_code == 307


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/01/{gtin}",
        "/01//evil.example",
        "/01/{gtin}/10/%2F%2Fevil.example",
        "/01/{gtin}/22/%5C%5Cevil.example",
        "/01/https:%2F%2Fevil.example%2F01%2F{gtin}",
        "/01/{gtin}?linkType=https://evil.example",
        "/01/{gtin}?linkType=gs1:pip&href=https://evil.example&next=//evil.example",
        "/01/{gtin}?//evil.example",
        "/01/{gtin}?a=%0d%0aLocation:%20https://evil.example",
        "/01/{gtin}/10/L2611/21/{code}?redirect=https://evil.example#//evil.example",
        "/01/{gtin}/10/L2611/21/{code}%0d%0aX:1",
    ],
)
def test_no_address_leads_away_from_here(client, printed, path):
    product, _, code = printed

    answer = client.get(path.format(gtin=GTIN, code=code))

    location = answer.headers.get("Location")
    if location is not None:
        path = location.partition("?")[0].removeprefix("http://localhost")
        assert path.startswith((f"/products/{product.slug}", "/T/", "/01/"))
        assert not path.startswith("//")
        assert "\r" not in location


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/01/{gtin}/10/L2611%2F21%2F{code}", 400),
        ("/01/{gtin}/10/L2611%252F21", 404),
        ("/01/{gtin}/10/L%2B1", 404),
        ("/01/{gtin}/10/A%2F1", 404),
        ("/01/" + "A/" * 5_000, 400),
        ("/01/{gtin}/10/" + "%41" * 5_000, 400),
        ("/01/{gtin}?" + "99=" + "A" * 10_000, 400),
        ("/01/{gtin}?" + "&".join(f"x{n}=1" for n in range(1_000)), 307),
        ("/01/{gtin}/21/{code}?99=A+B", 400),
        ("/01/{gtin}/21/{code}?99=A%2BB", 307),
        ("/01/shop/shelf/01/{gtin}", 307),
        ("/01/%0DX/01/{gtin}", 307),
        ("/01/{gtin}/8004/0952X", 400),
        ("/01/%EF%BC%90{gtin}", 400),
        ("/01/{gtin}%0A", 404),
        ("/01/{gtin}%0D%00", 400),
        ("/01/{gtin}/10/%C4%91", 400),
        ("/01/{gtin}/10/%FF", 400),
    ],
)
def test_odd_addresses_are_read_once_and_by_the_book(client, printed, path, status):
    _, _, code = printed

    assert client.get(path.format(gtin=GTIN, code=code)).status_code == status


def test_letters_of_a_lot_may_come_encoded(client, make_product, make_lot, make_stamp):
    code = make_stamp(make_lot(make_product(gtin=GTIN), code="A-1.B_2"))

    assert client.get(f"/01/{GTIN}/10/A-1.B_2/21/{code}").status_code == 307
    assert client.get(f"/01/{GTIN}/10/%41%2D1%2EB%5F2/21/{code}").status_code == 307


def test_a_recall_is_one_of_the_links(client, printed):
    _, lot, _ = printed
    with transaction():
        recall_lot(lot, reason="Thuốc trừ sâu", instruction="Trả lại", contact="0900000000", now=clock.now())

    answer = client.get(f"/01/{GTIN}/10/L2611?linkType=gs1:recallStatus&x=1")

    assert answer.status_code == 307
    assert answer.headers["Location"] == f"/api/v1/recalls?gtin={GTIN}&lot=L2611"
    assert len(client.get(answer.headers["Location"]).json["recalls"]) == 1


def test_a_sealed_address_has_the_links_of_the_plain_one(client, printed):
    _, _, code = printed
    path = f"/01/{GTIN}/10/L2611/21/{code}"

    assert linkset_of(client, f"/{'0' * 108}{path}") == linkset_of(client, path)


def test_pages_of_stamps_never_redirect_whatever_is_asked(client, printed):
    _, _, code = printed

    for query, accept in (("?linkType=linkset", "*/*"), ("?linkType=gs1:pip", "*/*"), ("", LINKSET)):
        answer = client.get(f"/T/{code}{query}", headers={"Accept": accept, "Accept-Language": "en"})
        assert answer.status_code == 200
        assert answer.content_type == "text/html; charset=utf-8"


odd_text = st.text(
    st.one_of(st.characters(max_codepoint=0x24F), st.sampled_from("/%?&=+;,.*01()^|\\")), max_size=40
)
odd_paths = st.one_of(
    odd_text,
    st.lists(
        st.one_of(
            st.sampled_from(["01", "10", "21", "22", "235", "8004", GTIN, "L2611", "%2F", "%00"]), odd_text
        ),
        max_size=8,
    ).map("/".join),
)
HEADER_SAFE = dict.fromkeys(map(ord, "\r\n"))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=odd_paths, query=odd_text, link_type=odd_text, header=odd_text)
def test_no_odd_request_breaks_the_resolver(client, printed, path, query, link_type, header):
    product, _, _ = printed
    header = header.translate(HEADER_SAFE).encode("latin-1", "ignore").decode("latin-1")
    wanted = {"linkType": link_type, "q": query} if link_type else query

    answer = client.get(
        "/01/" + path.replace("?", "%3F"),
        query_string=wanted,
        headers={"Accept": header, "Accept-Language": header},
    )

    assert answer.status_code in {200, 300, 307, 308, 400, 404, 429}
    if answer.status_code == 307:
        target = answer.headers["Location"].partition("?")[0].removeprefix("/en")
        assert target.startswith((f"/products/{product.slug}", "/T/", "/scan", "/api/v1/", "/documents/"))
