"""Looks at display samples in reports: each once, for one fair, and what is left never below nothing."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text

from core import clock as present
from core.db import db, transaction
from promotion.models.fairs import Booth, BoothProduct, Fair, Participation
from promotion.queries.reports import get_fair_counters, get_own_report
from promotion.report_rules import Period
from tests.factories import make_product, saved
from tests.people import make_organiser
from traceability.models import Scan, Stamp
from traceability.operations.lots import open_lot
from traceability.operations.stamps import issue_stamps

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
SHARED = 25

# Said again, otherwise: looks at the jar on the days of the later fair, on those of the first alone, and the rest.
LOOKS = """
SELECT CASE WHEN s.number = 1 AND k.scanned_hour_at >= '2026-11-24 17:00:00+00'
                 AND k.scanned_hour_at < '2026-11-28 17:00:00+00' THEN 'later'
            WHEN s.number = 1 AND k.scanned_hour_at >= '2026-11-19 17:00:00+00'
                 AND k.scanned_hour_at < '2026-11-24 17:00:00+00' THEN 'first'
            ELSE '' END AS place, COUNT(*) AS amount
FROM scan k JOIN stamp s ON s.id = k.stamp_id GROUP BY place
"""


@pytest.fixture
def fairs(db_session):
    """Two fairs that share the 25th, and a producer that declared the same jar at both, with looks at it."""
    product, organiser = make_product(), make_organiser()
    with transaction():
        lot = open_lot(product, "L1", 10, now=present.now())
        run_id = issue_stamps(lot, 2, now=present.now()).id
    stamps = db.session.scalars(select(Stamp).order_by(Stamp.number)).all()
    made = {}
    for slug, first, last in (("later", SHARED, 28), ("first", 20, SHARED)):
        fair = _fair(slug, first, last, organiser.id)
        booth = saved(Booth(fair_id=fair.id, code="A1", left=1, top=1))
        part = saved(
            Participation(
                fair_id=fair.id, producer_id=product.producer_id, state="confirmed", booth_id=booth.id
            )
        )
        sample = {"stamp_run_id": run_id, "stamp_first": 1, "stamp_last": 1}
        saved(BoothProduct(participation_id=part.id, product_id=product.id, position=1, **sample))
        made[slug] = fair
    with transaction():
        for stamp, day, count in ((0, 21, 1), (0, SHARED, 3), (0, 27, 2), (0, 29, 1), (1, SHARED, 1)):
            at = datetime(2026, 11, day, 5, tzinfo=UTC)
            db.session.add_all(
                Scan(stamp_id=stamps[stamp].id, scanned_hour_at=at, province="Hà Nội") for _ in range(count)
            )
    return product, made


def _fair(slug, first, last, organiser_id):
    return saved(
        Fair(
            slug=slug,
            kind="fair",
            name=slug,
            venue="Nhà văn hóa",
            province_code="01",
            starts_on=date(2026, 11, first),
            ends_on=date(2026, 11, last),
            register_until_on=date(2026, 11, 19),
            organiser_id=organiser_id,
            organiser_name="Sở Công Thương",
            created_at=present.now(),
        )
    )


def test_a_look_on_a_day_of_two_fairs_counts_once_for_the_one_that_began_later(fairs):
    product, made = fairs
    told = dict(db.session.execute(text(LOOKS)).all())
    names = {str(fair.id): slug for slug, fair in made.items()}

    cut = next(each for each in get_own_report(product.producer_id, NOVEMBER) if each.name == "fair")

    scans = {names.get(row.key, ""): row.figures.scans for row in cut.rows}
    assert scans == told == {"first": 1, "later": 5, "": 2}
    assert cut.total.scans == 8
    assert {slug: get_fair_counters(fair).total.scans for slug, fair in made.items()} == {
        "first": 1,
        "later": 5,
    }
