"""The map of the site: an index and its parts, each page once in either language, both naming each other.

Source: sitemaps.org protocol 0.9 (50,000 addresses a part) and its `xhtml:link` extension for languages.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from flask import Response, abort, current_app

from catalog.groups import GROUPS
from catalog.queries.columns import get_columns
from catalog.queries.sitemap import count_producers, count_products, iter_products, list_producer_slugs
from core import clock
from core.i18n import DEFAULT_LANGUAGE, LANGUAGES
from core.limits import rate_limited
from core.pages import cached_page
from core.pieced_files import Recipe
from core.web.access import public
from core.web.kept_file import kept_file
from promotion.queries.public_fairs import list_public_booths, public_fairs_version

ADDRESSES_MAX: Final = 50_000
PAGES_MAX: Final = ADDRESSES_MAX // len(LANGUAGES)
"""Pages in a part: each has an address in each language."""

XML: Final = "application/xml; charset=utf-8"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XHTML: Final = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'

FIXED_PATHS: Final = (
    "/",
    "/products",
    "/producers",
    "/places",
    "/scan",
    "/open-data",
    "/about",
    "/help",
    "/privacy",
)

_CHUNK: Final = 500


class SitePage(NamedTuple):
    """A page by its path without language; changed_on: a day (ISO 8601) only where it is on record."""

    path: str
    changed_on: str | None = None


@public
def sitemap() -> Response:
    """The index of the parts."""
    return cached_page(("sitemap",), get_columns().seq, _index, XML)


@public
def sitemap_fairs() -> Response:
    """Published fairs, and the booths of those that are not over: a part of its own, for it changes by itself."""
    return cached_page(("sitemap-fairs",), public_fairs_version(), _fairs, XML)


@public
@rate_limited("20/minute", name="sitemap")
def sitemap_part(number: int) -> Response:
    """One part; 404 beyond the last."""
    if not 1 <= number <= _part_count():
        abort(404)
    return kept_file(
        f"sitemap-{number}", get_columns().seq, clock.today(), _recipe(number), [], content_type=XML
    )


def _index() -> str:
    base = _base()
    names = [*range(1, _part_count() + 1), "fairs"]
    parts = (f"<sitemap><loc>{base}/sitemap-{name}.xml</loc></sitemap>" for name in names)
    return f"{HEAD}<sitemapindex {NAMESPACE}>\n" + "\n".join(parts) + "\n</sitemapindex>\n"


def _fairs() -> str:
    base = _base()
    pages = [SitePage("/fairs")]
    for slug, code, changed_at in islice(list_public_booths(clock.today()), PAGES_MAX - 1):
        path = f"/fairs/{slug}" if code is None else f"/fairs/{slug}/booths/{code}"
        pages.append(SitePage(path, clock.vietnam_date(changed_at).isoformat()))
    entries = "".join(_entries(page, base) for page in pages)
    return f"{HEAD}<urlset {NAMESPACE} {XHTML}>\n{entries}</urlset>\n"


def _part_count() -> int:
    return -(-(len(_fixed_pages()) + count_producers() + count_products()) // PAGES_MAX)


def _recipe(number: int) -> Recipe:
    """A part in one go, because one page more moves all that follow; only so much of it is in memory at once."""
    base = _base()
    pages = _pages((number - 1) * PAGES_MAX, PAGES_MAX)
    return Recipe(
        head=f"{HEAD}<urlset {NAMESPACE} {XHTML}>\n",
        between="",
        tail="</urlset>\n",
        list_pieces=lambda: range(-(-PAGES_MAX // _CHUNK)),
        make_piece=lambda _number: "".join(_entries(page, base) for page in islice(pages, _CHUNK)),
        changed_since=lambda _seq: None,
    )


def _pages(first: int, count: int) -> Iterator[SitePage]:
    """Pages number `first` to `first + count - 1` of all: the few others, then the products."""
    others = _other_pages()
    taken = others[first : first + count]
    yield from taken
    start = max(0, first - len(others))
    for each in iter_products(start, count - len(taken)):
        yield SitePage(f"/products/{each.slug}", each.recorded_on.isoformat())


def _other_pages() -> list[SitePage]:
    return [*_fixed_pages(), *(SitePage(f"/producers/{slug}") for slug in list_producer_slugs())]


def _fixed_pages() -> list[SitePage]:
    facets = get_columns(clock.today()).facets
    provinces = sorted({*facets.get("province", {}), *facets.get("old_province", {})})
    groups = [group.slug for group in GROUPS if facets.get("group", {}).get(group.slug)]
    return [
        *(SitePage(path) for path in FIXED_PATHS),
        *(SitePage(f"/groups/{slug}") for slug in groups),
        *(SitePage(f"/places/{slug}") for slug in provinces),
    ]


def _entries(page: SitePage, base: str) -> str:
    """The page in each language. Nothing needs escaping: paths are ASCII letters, digits, hyphens and slashes."""
    addresses = [(language, base + _prefix(language) + page.path) for language in LANGUAGES]
    default = dict(addresses)[DEFAULT_LANGUAGE]
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
        for language, address in (*addresses, ("x-default", default))
    )
    changed = f"<lastmod>{page.changed_on}</lastmod>" if page.changed_on else ""
    return "".join([f"<url><loc>{address}</loc>{changed}{links}</url>\n" for _, address in addresses])


def _prefix(language: str) -> str:
    return "" if language == DEFAULT_LANGUAGE else f"/{language}"


def _base() -> str:
    base: str = current_app.extensions["settings"].public_base_url
    return base
