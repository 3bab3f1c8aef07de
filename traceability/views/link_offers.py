"""Which links there are from goods, from a lot and from a stamp, to pages and data of this house alone.

A link is offered only where its target answers. Nobody can enter addresses of other hosts, so that no printed code
leads away from here (docs/decisions/0045-resolver-and-gs1-syntax.md).
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from flask import current_app, request, url_for

from catalog.queries.certificates import list_certificates
from catalog.queries.pictures import list_pictures
from catalog.queries.recognitions import list_recognitions
from core import clock
from core.i18n import LANGUAGES, gettext, speaking
from traceability.digital_link import DigitalLink, gtin_path
from traceability.errors import LinkNotFoundError, LotNotFoundError
from traceability.gs1.linksets import DEFAULT_LINK, DEFAULT_LINK_MULTI, Link, LinkedThing
from traceability.gs1.negotiation import HOUSE_LANGUAGE, best_language
from traceability.queries.lots import get_linked_lot_id, get_linked_product, get_lot_page
from traceability.queries.public_lots import get_public_lot
from traceability.queries.view_models import LotPage, LotProductView, ScanPage

HTML: Final = "text/html"
JSON: Final = "application/json"
LD_JSON: Final = "application/ld+json"
MOST_PICTURES: Final = 10
ENGLISH_ROOT: Final = "/en"


def asked_language() -> str:
    """The language of the page to lead to: that of `/en`, else the first that the browser asks for, else Vietnamese."""
    if request.script_root.endswith(ENGLISH_ROOT):
        return "en"
    return best_language(request.headers.get("Accept-Language", ""), LANGUAGES) or HOUSE_LANGUAGE


def page_address(language: str, endpoint: str, **values: object) -> str:
    """The path of a page in `language`, whatever language the request came in."""
    root = request.script_root
    path = url_for(endpoint, **values).removeprefix(root)  # type: ignore[arg-type]
    base = root.removesuffix(ENGLISH_ROOT)
    return f"{base}{ENGLISH_ROOT if language == 'en' else ''}{path}"


def site() -> str:
    """The public address of the site, whatever host was asked."""
    base: str = current_app.extensions["settings"].public_base_url
    return base


def product_thing(gtin: str) -> LinkedThing:
    """Goods with their links. Raises LinkNotFoundError, also where they are not shown any more."""
    product = get_linked_product(gtin)
    if not product.is_listed:
        raise LinkNotFoundError(gtin=gtin, lot=None)
    return _product_thing(gtin, product)


def lot_thing(gtin: str, lot_code: str) -> LinkedThing:
    """A lot with its links. Raises LinkNotFoundError."""
    lot = get_lot_page(get_linked_lot_id(gtin, lot_code), clock.today())
    return _lot_thing(gtin, lot)


def stamp_thing(link: DigitalLink, page: ScanPage) -> LinkedThing:
    """A stamp that was issued, with its links."""
    lot, gtin = page.lot, link.gtin
    if lot is None or gtin is None:
        raise ValueError("a stamp that was not issued has no links")
    description = f"{lot.product.name}, {_lot_words(lot.code)}, {page.code}"
    pages = tuple(
        _pages("traceability", lambda: gettext("Origin and verdict"), "traceability.stamp", code=page.code)
    )
    anchor = site() + gtin_path(gtin, lot=lot.code if link.lot else None, code=page.code)
    return LinkedThing(anchor, description, (*_defaults(pages), *pages))


def _product_thing(gtin: str, product: LotProductView) -> LinkedThing:
    pages = tuple(_pages("pip", lambda: gettext("Product page"), "storefront.product", slug=product.slug))
    links = (
        *_defaults(pages),
        *pages,
        *_certificates(product),
        *_pages("verificationService", lambda: gettext("Check a stamp"), "traceability.scan"),
        _data("masterData", "catalog_api.product", slug=product.slug),
        _data("recallStatus", "traceability_api.recalls", gtin=gtin),
        *_pictures(product),
    )
    return LinkedThing(site() + gtin_path(gtin), product.name, links)


def _lot_thing(gtin: str, lot: LotPage) -> LinkedThing:
    names = {"slug": lot.product.slug, "lot_code": lot.code}
    pages = tuple(_pages("traceability", lambda: _lot_words(lot.code), "traceability.lot", **names))
    links = (
        *_defaults(pages),
        *pages,
        _data("recallStatus", "traceability_api.recalls", gtin=gtin, lot=lot.code),
        *_documents(lot.id),
    )
    description = f"{lot.product.name}, {_lot_words(lot.code)}"
    return LinkedThing(site() + gtin_path(gtin, lot=lot.code), description, links)


def _documents(lot_id: int) -> Iterator[Link]:
    """What programs may read of a lot, if everybody may."""
    with suppress(LotNotFoundError):
        get_public_lot(lot_id)
        yield _data("epcis", "traceability_api.lot_epcis", media_type=LD_JSON, lot_id=lot_id)
        yield _data("dpp", "traceability_api.lot_passport", media_type=LD_JSON, lot_id=lot_id)


def _lot_words(code: str) -> str:
    return gettext("Lot %(code)s", code=code)


def _pages(
    kind: str, title_of: Callable[[], str], endpoint: str, fragment: str = "", **values: object
) -> Iterator[Link]:
    """A page in each of the languages of this house."""
    for language in LANGUAGES:
        with speaking(language):
            title = title_of()
        address = page_address(language, endpoint, **values) + fragment
        yield Link(kind=kind, href=site() + address, title=title, media_type=HTML, languages=(language,))


def _defaults(pages: tuple[Link, ...]) -> Iterator[Link]:
    """The first of `pages` for everybody, all of them for those who say which language they read."""
    yield Link(kind=DEFAULT_LINK, href=pages[0].href, title=pages[0].title)
    for page in pages:
        yield Link(
            kind=DEFAULT_LINK_MULTI,
            href=page.href,
            title=page.title,
            media_type=page.media_type,
            languages=page.languages,
        )


def _data(kind: str, endpoint: str, *, media_type: str = JSON, **values: object) -> Link:
    """Data of our interface, which takes no parameters but its own."""
    address = page_address(HOUSE_LANGUAGE, endpoint, **values)
    titles = {
        "masterData": gettext("Data of this product"),
        "recallStatus": gettext("Recalls"),
        "epcis": gettext("Events of this lot"),
        "dpp": gettext("Digital product passport"),
    }
    return Link(
        kind=kind, href=site() + address, title=titles[kind], media_type=media_type, forwards_query=False
    )


def _certificates(product: LotProductView) -> Iterator[Link]:
    """Where the page tells of the recognition, and every paper that can be read as a file."""
    on = clock.today()
    recognition, _ = list_recognitions(product.id, on)
    held = list_certificates(product.id, None, on)
    if recognition is not None:
        yield from _pages(
            "certificationInfo",
            lambda: gettext("Certificates"),
            "storefront.product",
            fragment="#chung-nhan",
            slug=product.slug,
        )
    papers = [recognition.document if recognition else None, *(each.document for each in held)]
    for paper in dict.fromkeys(paper for paper in papers if paper):
        yield Link(
            kind="certificationInfo",
            href=site() + page_address(HOUSE_LANGUAGE, "catalog.document", sha256=paper.sha256),
            title=paper.title,
            media_type=paper.media_type,
            forwards_query=False,
        )


def _pictures(product: LotProductView) -> Iterator[Link]:
    for picture in list_pictures(product.id)[:MOST_PICTURES]:
        yield Link(
            kind="relatedImage",
            href=site() + picture.largest_url,
            title=picture.alt or product.name,
            media_type="image/jpeg",
            forwards_query=False,
        )
