"""Both languages, the links between them, and what every public page keeps to."""

import re

import pytest

pytestmark = pytest.mark.once  # about addresses and words: the same with every database

PATHS = (
    "/",
    "/products",
    "/products?q=keo&stars=4&page=1",
    "/products/keo-dua",
    "/producers",
    "/producers/htx",
    "/places",
    "/places/vinh-long",
    "/places/ben-tre",
    "/groups/food",
    "/about",
    "/help",
    "/privacy",
)


@pytest.fixture
def market(make_product, make_producer):
    make_product(slug="keo-dua", name="Kẹo dừa", name_en="Coconut candy", producer=make_producer(slug="htx"))


def alternates(page: str) -> dict[str, str]:
    return dict(
        re.findall(r'<link rel="alternate" hreflang="([a-z-]+)" href="http://market.test([^"]*)">', page)
    )


def test_what_a_visitor_puts_into_an_address_stands_in_no_link_of_ours_as_it_is(client):
    page = client.get("/nowhere/%22%3E%3Cx%20%5C@evil.example/").text

    addresses = re.findall(r'(?:canonical" href|og:url" content)="([^"]*)"', page)
    assert len(addresses) == 2
    assert set(addresses) == {"http://market.test/nowhere/%22%3E%3Cx%20%5C@evil.example/"}


@pytest.mark.parametrize("path", PATHS)
def test_a_page_and_its_translation_name_each_other(client, market, path):
    vietnamese, english = client.get(path), client.get(f"/en{path}")

    assert (vietnamese.status_code, english.status_code) == (200, 200)
    assert '<html lang="vi">' in vietnamese.text
    assert '<html lang="en">' in english.text
    assert alternates(vietnamese.text) == alternates(english.text)
    links = alternates(vietnamese.text)
    assert links["x-default"] == links["vi"]
    assert links["en"] in {f"/en{links['vi']}", "/en/"}
    assert client.get(links["en"].replace("&amp;", "&")).headers["ETag"] == english.headers["ETag"]


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PATHS)
def test_a_public_page_sets_no_cookie_and_is_asked_for_every_time(client, market, path, prefix):
    answer = client.get(f"{prefix}{path}", headers={"Cookie": "session=strange; other=1"})

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_has_one_heading_a_title_and_a_canonical_address_of_ours(client, market, path):
    page = client.get(path, headers={"Host": "evil.example"}).text

    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert re.search(r"<title>[^<]+ · Chợ OCOP</title>", page)
    assert len(re.findall(r'<link rel="canonical" href="http://market\.test/', page)) == 1
    assert "evil.example" not in page


@pytest.mark.parametrize("path", PATHS)
def test_an_english_page_leads_to_english_pages(client, market, path):
    page = client.get(f"/en{path}").text
    main = page[page.index("<main") : page.index("</main>")]

    astray = [
        link
        for link in re.findall(r'href="(/[^"]*)"', main)
        if not link.startswith(("/en", "/static/", "/documents/"))
    ]

    assert astray == []


def test_the_gallery_shows_every_component(client):
    answer = client.get("/components")

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
def test_a_page_changes_on_get_only(client, market, path):
    assert client.post(path.partition("?")[0]).status_code in {400, 405}
