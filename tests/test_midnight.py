"""The last second of a recognition, over every address of the program at once, with all caches on."""

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core import clock as present
from core.db import transaction
from tests.factories import make_producer, make_product, make_register_entry
from tests.fairs import make_exhibitor, make_fair
from tests.support.clocks import FrozenClock
from traceability.operations.lots import open_lot
from traceability.operations.stamps import issue_stamps
from traceability.queries.runs import list_codes

LAST_SECOND = datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, 17, 0, 0, tzinfo=UTC)
ENDS_TODAY = {"decided_on": date(2023, 11, 22), "expires_on": date(2026, 11, 22)}
GTIN = "09521234500018"

WITH_STARS = (
    "/",
    "/products",
    "/products?stars=4",
    "/products?certified=1",
    "/products?q=keo+dua&sort=name",
    "/products/keo-dua",
    "/products/dua-kho",
    "/producers/htx-dua",
    "/places/vinh-long",
    "/groups/food",
    "/fairs/hoi-cho",
    "/fairs/hoi-cho?stars=4",
    "/fairs/hoi-cho/booths/A1",
    "/T/{code}",
    "/products/keo-dua/lots/L1",
    "/api/v1/products",
    "/api/v1/products?stars=4",
    "/api/v1/products?q=keo+dua",
    "/api/v1/products/keo-dua",
    "/api/v1/producers/htx-dua",
    "/api/v1/stamps/{code}",
    "/open-data/register.csv",
    "/open-data/register.json",
)
# These show no star at any time.
WITHOUT_STARS = (
    "/products/keo-dua/inquiries",
    "/products/keo-dua/inquiries/sent",
    "/producers",
    "/places",
    "/suggest?q=keo",
    "/suggest/communes?q=ben",
    "/about",
    "/help",
    "/privacy",
    "/terms",
    "/returns-policy",
    "/complaints",
    "/cart",
    "/orders",
    "/products/keo-dua/reviews",
    "/hampers",
    "/campaigns",
    "/collections",
    "/points",
    "/checkout/status/22222222-2222-4222-8222-222222222222",
    "/open-data",
    "/scan",
    "/.well-known/gs1resolver",
    "/T",
    "/T/{code}/report",
    "/offline",
    "/offline/stamp",
    "/packs",
    "/api/v1/recalls",
    "/api/v1/booth/communes",
    "/booth",
    "/booth-sw.js",
    "/booth.webmanifest",
    "/sw.js",
    "/manifest.webmanifest",
    "/sitemap.xml",
    "/sitemap-1.xml",
    "/sitemap-fairs.xml",
    "/fairs",
    "/fairs.ics",
    "/fairs/hoi-cho.ics",
    "/robots.txt",
    "/healthz",
    "/readyz",
)
# Files, pages of signing in (they name no goods), made-up examples (in the gallery and in the description of the API),
# and what was entered on a day of the past.
OTHER_ENDPOINTS = {
    # Pages of an order name goods and never a star: tests/orders/test_order_pages.py.
    "storefront.order",
    "storefront.pay",
    "storefront.pay_fake",
    "storefront.pay_qr",
    "storefront.pay_state",
    "storefront.refund_account",
    "storefront.receipt",
    "booth.booth_receipt",
    "storefront.receipt_file",
    "storefront.parcel_cancellation",
    "storefront.return_new",
    "storefront.order_return",
    "storefront.return_picture",
    "storefront.dispute_new",
    "storefront.review_new",
    "storefront.review_picture",
    "storefront.checkout",  # led to the basket without one; its pages show no stars: tests/storefront/test_checkout.py
    "storefront.checkout_delivery",
    "storefront.checkout_review",
    "traceability_api.pack",  # says of itself when it was made: tests/traceability/test_packs.py
    "accounts.code",
    "accounts.forgotten",
    "accounts.new_account",
    "accounts.new_password",
    "accounts.second_factor",
    "accounts.second_proof",
    "accounts.sign_in",
    "accounts.sign_out",
    "accounts.sign_up",
    "assets.asset",
    "catalog.certificate_page",
    "catalog.document",
    "catalog.picture",
    "storefront.components",
    "storefront.hamper",  # shows no star
    # Their stars of the day: tests/promotion/test_campaigns_collections.py, test_share_images.py, test_run_sheets.py.
    "storefront.campaign",
    "storefront.collection",
    "storefront.live",
    "promotion.share_image",
    "promotion.short_link",  # leads on to one of those above, or tells that it leads nowhere
    "promotion.stall",  # names a producer and no star
    "storefront.point",  # judged on the day, with the cards of lists: tests/promotion/test_points.py
    "storefront_api.openapi",
    # A lot for programs, judged on the day: tests/traceability/test_epcis_lots.py. Events know no stars.
    "traceability_api.lot_dataset",
    "traceability_api.lot_dataset_csv",
    "traceability_api.lot_epcis",
    "traceability_api.lot_passport",
    "traceability_api.event",
    "traceability_api.event_list",
    "traceability_api.query",
    "traceability_api.query_events",
    "traceability_api.query_list",
    "traceability_api.value_events",
    "traceability_api.value_list",
    "traceability.digital_link",  # leads on to one of those above
    "traceability.sealed_link",  # the pages of a stamp with a seal in front: tests/traceability/test_seal_keys.py
    "traceability.sealed_stamp",
    "traceability.stamp_keys",
    "traceability.opening",  # shows no star
    "promotion.feed",  # made by a job, for a day: tests/promotion/test_feeds_pages.py
    "promotion.own_feed",  # asks a key: tests/promotion/test_feeds_files.py, where every file loses its star
    "transparency.log",
    "transparency.entry",
    "transparency.checkpoint",
    "transparency.tile",
    "transparency.proof",
    "transparency.witnesses",
    "transparency.audit",
    "transparency.record_kinds",
    "transparency.records",
    "transparency_api.log_root",
    "transparency_api.log_entries",
    "transparency_api.log_entry",
    "traceability.event_photo",
    "transparency_api.consistency",
}


@pytest.fixture
def names(db_session: Session, clock: FrozenClock) -> dict[str, str]:
    """What paths are filled with: a product with a stamp; an entry of the register; recognitions that end tonight."""
    producer = make_producer(slug="htx-dua")
    product = make_product(
        slug="keo-dua", producer=producer, certification=ENDS_TODAY, variants=[{"gtin": GTIN}]
    )
    make_register_entry(slug="dua-kho", name="Dừa khô", producer=producer, certification=ENDS_TODAY)
    fair = make_fair(slug="hoi-cho", starts_on=date(2026, 11, 20), ends_on=date(2026, 11, 25))
    make_exhibitor(fair, product)
    with transaction():
        lot = open_lot(product, "L1", 10, now=present.now())
        run = issue_stamps(lot, 1, now=present.now())
    return {"code": list_codes(run.id)[0], "gtin": GTIN}


def test_no_address_is_forgotten_here(app: Flask, names: dict[str, str]) -> None:
    addresses = app.url_map.bind("market.test")
    tried = {
        addresses.match(path.format(**names).partition("?")[0])[0] for path in WITH_STARS + WITHOUT_STARS
    }
    public = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and getattr(app.view_functions[rule.endpoint], "access", "") == "public"
    }

    assert tried == public - OTHER_ENDPOINTS


def test_at_midnight_in_vietnam_the_stars_are_gone_at_every_address(
    client: FlaskClient, names: dict[str, str], clock: FrozenClock
) -> None:
    paths = [prefix + path.format(**names) for path in WITH_STARS for prefix in ("", "/en")]

    clock.set(LAST_SECOND)
    without_before = [path for path in paths * 2 if not shows_stars(client.get(path))]
    clock.set(MIDNIGHT)
    with_after = [path for path in paths * 2 if shows_stars(client.get(path))]

    assert without_before == []
    assert with_after == []


def test_no_other_address_ever_shows_stars(
    client: FlaskClient, names: dict[str, str], clock: FrozenClock
) -> None:
    clock.set(LAST_SECOND)

    assert [path for path in WITHOUT_STARS if shows_stars(client.get(path.format(**names)))] == []


def test_a_browser_that_has_the_page_of_before_is_not_told_that_nothing_changed(
    client: FlaskClient, names: dict[str, str], clock: FrozenClock
) -> None:
    paths = [path.format(**names) for path in WITH_STARS]
    clock.set(LAST_SECOND)
    tags = {path: client.get(path, buffered=True).headers.get("ETag") for path in paths}

    clock.set(MIDNIGHT)
    answers = {
        path: client.get(path, headers={"If-None-Match": tag or '"none"'}, buffered=True)
        for path, tag in tags.items()
    }

    assert [path for path, answer in answers.items() if answer.status_code == 304] == []


def shows_stars(answer: TestResponse) -> bool:
    """Whether there is a plate, a certification for search engines, or a number of stars that may be shown today."""
    assert answer.status_code == 200, answer.text
    if answer.mimetype == "application/json":
        return _holds_stars(json.loads(answer.text))
    if answer.mimetype == "text/csv":
        rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
        return any(row["stars_today"] for row in rows)
    return 'class="plate' in answer.text or "hasCertification" in answer.text


def _holds_stars(value: Any) -> bool:
    if isinstance(value, list):
        return any(_holds_stars(each) for each in value)
    if not isinstance(value, dict):
        return False
    # In `certification` stand the stars that the record names, whatever its state.
    shown = [value.get("stars_today"), value.get("stars") if "slug" in value else None]
    shown += (value.get("facets") or {}).get("stars", {}).values()  # a chosen value that finds none counts 0
    return any(shown) or any(_holds_stars(each) for name, each in value.items() if name != "facets")
