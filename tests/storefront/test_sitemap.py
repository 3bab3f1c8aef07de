"""What machines read of the whole site: its map, and what robots may read."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from storefront.api import sitemap as site_map
from tests import factories

pytestmark = pytest.mark.usefixtures("db_session")

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def entries_of(client, path):
    root = ET.fromstring(client.get(path).data)  # noqa: S314
    return {
        url.findtext("s:loc", namespaces=NAMES): (
            url.findtext("s:lastmod", namespaces=NAMES),
            {link.get("hreflang"): link.get("href") for link in url.findall("x:link", NAMES)},
        )
        for url in root.findall("s:url", NAMES)
    }


def parts_of(client):
    root = ET.fromstring(client.get("/sitemap.xml").data)  # noqa: S314
    return [each.text for each in root.findall("s:sitemap/s:loc", NAMES)]


def test_each_page_stands_once_in_either_language_and_names_the_other(client):
    factories.make_product(
        slug="keo-dua", recorded_at=datetime(2026, 11, 3, 18, 0, tzinfo=UTC), certification=None
    )

    entries = entries_of(client, "/sitemap-1.xml")

    links = {
        "vi": "http://market.test/products/keo-dua",
        "en": "http://market.test/en/products/keo-dua",
        "x-default": "http://market.test/products/keo-dua",
    }
    assert entries["http://market.test/products/keo-dua"] == ("2026-11-04", links)
    assert entries["http://market.test/en/products/keo-dua"] == ("2026-11-04", links)
    assert entries["http://market.test/"][0] is None


def test_every_address_of_the_map_answers(client):
    factories.make_product()
    factories.make_register_entry(group_no=6)

    for address in entries_of(client, "/sitemap-1.xml"):
        assert client.get(address.removeprefix("http://market.test")).status_code == 200, address


def test_what_is_not_listed_is_not_on_the_map(client):
    factories.make_product(slug="an", is_listed=False)

    assert not [address for address in entries_of(client, "/sitemap-1.xml") if address.endswith("/an")]


def test_many_pages_come_in_parts_without_gap_or_repetition(client, monkeypatch):
    monkeypatch.setattr(site_map, "PAGES_MAX", 7)
    slugs = {factories.make_product().slug for _ in range(9)}

    parts = parts_of(client)
    found = [entries_of(client, part.removeprefix("http://market.test")) for part in parts]

    addresses = [address for each in found for address in each]
    assert len(parts) > 2
    assert len(addresses) == len(set(addresses))
    assert {f"http://market.test/products/{slug}" for slug in slugs} <= set(addresses)
    assert all(len(each) <= 14 for each in found)
    assert client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_robots_keep_out_of_codes_and_forms_and_find_the_map(client):
    lines = client.get("/robots.txt").text.splitlines()

    for path in (
        "/T",
        "/t/",
        "/01/",
        "/components",
        "/products/*/inquiries",
        "/en/T",
        "/en/products/*/inquiries",
    ):
        assert f"Disallow: {path}" in lines
    assert "Sitemap: http://market.test/sitemap.xml" in lines
    assert client.get("/robots.txt").content_type.startswith("text/plain")
