"""Promotion reports: figures equal to SQL over the same rows, small numbers withheld for good, own figures exact."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from itertools import product as every

import pytest
from sqlalchemy import text

from catalog.models import Inquiry
from core.db import db, transaction
from orders.models.returns import Dispute
from orders.models.slices import CounterSale, CounterUndo
from orders.states import Lifecycle, PaymentState
from promotion.errors.reach import InvalidPeriodError
from promotion.models.fairs import Booth, BoothProduct, Fair, Participation
from promotion.operations.links import make_link
from promotion.operations.reach import (
    Visited,
    note_inquiry_source,
    note_order_place,
    note_order_source,
    record_visits,
)
from promotion.queries.report_facts import Scope
from promotion.queries.reports import get_fair_report, get_own_report, get_report_over_producers
from promotion.report_rules import SMALLEST, Figures, Period, at_least, month_of, period_of, withheld
from tests.factories import make_producer, make_product, saved
from tests.order_factories import make_order
from tests.people import browser_of, make_administrator, make_member, make_officer, make_organiser
from traceability.models import Scan, Stamp
from traceability.operations.lots import open_lot
from traceability.operations.stamps import issue_stamps

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


def make_fair(organiser_id, **facts):
    values = {
        "slug": "hoi-cho-tet",
        "kind": "fair",
        "name": "Hội chợ Tết",
        "venue": "Nhà văn hóa",
        "province_code": "01",
        "starts_on": date(2026, 11, 20),
        "ends_on": date(2026, 11, 25),
        "register_until_on": date(2026, 11, 19),
        "organiser_id": organiser_id,
        "organiser_name": "Sở Công Thương",
        "created_at": datetime(2026, 11, 1, tzinfo=UTC),
    }
    return saved(Fair(**(values | facts)))


def cut(cuts, name):
    return next(each for each in cuts if each.name == name)


def figures(cuts, name, key):
    return next(row.figures for row in cut(cuts, name).rows if row.key == key)


@pytest.fixture
def market(db_session, clock):
    """Two producers, a fair with a booth, a link of it, orders of every fate, visits and questions."""
    ours, theirs = make_producer(), make_producer()
    goods = [make_product(producer=each, name=f"Hàng {each.id}") for each in (ours, ours, theirs)]
    fair = make_fair(make_organiser().id)
    booth = saved(Booth(fair_id=fair.id, code="A1", left=1, top=1))
    saved(Participation(fair_id=fair.id, producer_id=ours.id, state="confirmed", booth_id=booth.id))
    packs = [each.variants[0] for each in goods]
    orders = {
        "both": make_order((packs[0], 3), (packs[1], 2)),
        "counter": make_order((packs[0], 1), province_code=None, province=None),
        "cancelled": make_order((packs[0], 9)),
        "unpaid": make_order((packs[1], 9), method="vietqr"),
        "disputed": make_order((packs[1], 2), province_code="86", province="Tỉnh Vĩnh Long"),
        "theirs": make_order((packs[2], 4)),
        "before": make_order((packs[0], 5)),
        "undone": make_order((packs[0], 1)),
    }
    with transaction():
        link = make_link(
            "booth",
            booth.id,
            "/fairs/hoi-cho-tet",
            by=None,
            now=clock.now(),
            producer_id=ours.id,
            fair_id=fair.id,
            product_id=goods[0].id,
        )
        note_order_source(orders["both"].id, link.id, now=clock.now())
        note_order_place(orders["counter"].id, fair.id, booth.id, clock.now())
        line = orders["both"].seller_orders[0].lines[0]
        line.cancelled_quantity, line.discount_vnd = 1, 10_000
        orders["cancelled"].seller_orders[0].lifecycle = Lifecycle.CANCELLED.value
        orders["before"].seller_orders[0].placed_at = clock.now() - timedelta(days=60)
        undone = orders["undone"].seller_orders[0]
        undone.lifecycle, undone.payment = Lifecycle.COMPLETED.value, PaymentState.REFUNDED.value
        note_order_place(orders["undone"].id, fair.id, booth.id, clock.now())
        db.session.add(CounterSale(seller_order_id=undone.id, place="p", way="taken", sold_at=clock.now()))
        db.session.flush()
        db.session.add(CounterUndo(seller_order_id=undone.id, reason="x", undone_at=clock.now()))
        record_visits(
            [Visited(link.id, date(2026, 11, 21), "Hà Nội", 4), Visited(link.id, date(2026, 10, 31), "", 9)]
        )
        asked = Inquiry(
            submission_key="k",
            product_id=goods[0].id,
            name="Lan",
            phone="+84912345678",
            message="?",
            created_at=clock.now(),
        )
        db.session.add(asked)
        db.session.flush()
        note_inquiry_source(asked.id, link.id, now=clock.now())
    return {"ours": ours, "theirs": theirs, "goods": goods, "fair": fair, "booth": booth, "orders": orders}


# Said again, otherwise: no function or constant of the report is used.
SOLD = """
SELECT v.product_id AS product, COUNT(DISTINCT p.id) AS orders,
       SUM((l.goods_vnd - l.discount_vnd) * (l.quantity - l.cancelled_quantity) / l.quantity) AS revenue
FROM order_line l JOIN seller_order p ON p.id = l.seller_order_id JOIN variant v ON v.id = l.variant_id
WHERE p.producer_id = :producer AND p.lifecycle <> 'cancelled' AND p.payment IN ('cod_due', 'paid', 'refunded')
  AND p.id NOT IN (SELECT seller_order_id FROM counter_undo)
  AND l.cancelled_quantity < l.quantity AND p.placed_at >= :begins AND p.placed_at < :ends
GROUP BY v.product_id
"""


def test_figures_equal_sql_over_the_same_rows(market):
    ours, (first, second, _) = market["ours"], market["goods"]
    bounds = {"begins": "2026-10-31 17:00:00+00", "ends": "2026-11-30 17:00:00+00"}
    told = db.session.execute(text(SOLD), {"producer": ours.id, **bounds}).all()

    cuts = get_own_report(ours.id, NOVEMBER)

    by_product = {row.key: (row.figures.orders, row.figures.revenue_vnd) for row in cut(cuts, "product").rows}
    assert by_product == {str(row.product): (row.orders, row.revenue) for row in told}
    # By hand: (3 x 125,000 - 10,000) x 2/3 + 125,000; 2 x 125,000 twice.
    assert by_product == {str(first.id): (2, 243_333 + 125_000), str(second.id): (2, 500_000)}
    assert figures(cuts, "product", str(first.id)) == Figures(4, 0, 1, 2, 368_333)
    assert {each.total for each in cuts} == {Figures(4, 0, 1, 3, 868_333)}


def test_an_order_counts_for_its_fair_and_province(market):
    cuts = get_own_report(market["ours"].id, NOVEMBER)

    assert figures(cuts, "fair", str(market["fair"].id)) == Figures(4, 0, 1, 2, 618_333)
    assert figures(cuts, "fair", "") == Figures(0, 0, 0, 1, 250_000)
    assert figures(cuts, "province", "Hà Nội") == Figures(4, 0, 0, 2, 618_333)
    assert figures(cuts, "province", "Vĩnh Long") == Figures(0, 0, 0, 1, 250_000)


def test_what_a_dispute_gave_back_is_no_revenue(market, clock):
    from orders.models.payments import Payment, Refund

    part = market["orders"]["both"].seller_orders[0]
    paid = saved(
        Payment(
            order_id=part.order_id,
            method="vietqr",
            amount_vnd=1,
            state="paid",
            reference="X",
            opened_at=clock.now(),
            settled_at=clock.now(),
            received_vnd=1,
        )
    )
    refund = saved(
        Refund(
            key="d",
            payment_id=paid.id,
            seller_order_id=part.id,
            cause="dispute",
            amount_vnd=100_000,
            goods_vnd=100_000,
            shipping_vnd=0,
            state="requested",
            requested_at=clock.now(),
        )
    )
    saved(
        Dispute(
            seller_order_id=part.id,
            cause="not_arrived",
            text="x",
            opened_at=clock.now(),
            deadline_at=clock.now(),
            goods_vnd=100_000,
            refund_id=refund.id,
            decision="refund",
            decided_at=clock.now(),
        )
    )

    total = cut(get_own_report(market["ours"].id, NOVEMBER), "product").total

    # 243,333 and 250,000 of the parcel bear 49,324 and 50,675 of it, each rounded down.
    assert total.revenue_vnd == 868_333 - 49_324 - 50_675


def test_a_producer_sees_nothing_of_others(market):
    cuts = get_own_report(market["theirs"].id, NOVEMBER)

    assert [row.key for row in cut(cuts, "product").rows] == [str(market["goods"][2].id)]
    assert cut(cuts, "product").total == Figures(0, 0, 0, 1, 500_000)


def test_scans_of_display_samples_count_for_the_fair_on_its_days(market, clock):
    product_id = market["goods"][0].id
    with transaction():
        lot = open_lot(market["goods"][0], "L1", 10, now=clock.now())
        issue_stamps(lot, 1, now=clock.now())
    stamp = db.session.query(Stamp).one()
    part = db.session.query(Participation).one()
    saved(
        BoothProduct(
            participation_id=part.id,
            product_id=product_id,
            position=1,
            stamp_run_id=stamp.run_id,
            stamp_first=max(stamp.number, 1),
            stamp_last=max(stamp.number, 1),
        )
    )
    with transaction():
        stamp.number = max(stamp.number, 1)
        for at in (clock.now(), clock.now() + timedelta(days=9)):
            db.session.add(Scan(stamp_id=stamp.id, scanned_hour_at=at, province="Hà Nội"))

    cuts = get_fair_report(market["fair"])

    assert figures(cuts, "booth", str(market["booth"].id)).scans == 1


def test_small_numbers_do_not_come_back_from_the_sum():
    for counts in every((0, 1, 2, 4, 5, 6, 9), repeat=4):
        hidden = withheld(counts)
        cells = [place for place in hidden if place >= 0]
        shown = [count for place, count in enumerate(counts) if place not in hidden]

        assert not [count for count in shown if 0 < count < SMALLEST], counts
        if cells and -1 not in hidden:
            assert len(cells) >= 2, counts
            assert sum(counts) - sum(shown) >= SMALLEST, counts


@pytest.mark.parametrize(
    ("counts", "places"),
    [
        ((0, 7, 9), set()),
        ((3, 7, 9), {0, 1}),
        ((1, 1, 9, 6), {0, 1, 3}),
        ((1, 5, 9), {0, 1, 2}),  # of 1 and 5 the sum alone would tell both
        ((3, 0), {0, -1}),
        ((4, 4), {0, 1, -1}),
        ((2, 3), {0, 1}),
        ((2, 2), {0, 1, -1}),
        ((), set()),
    ],
)
def test_which_cells_are_withheld(counts, places):
    assert withheld(counts) == places


def test_where_one_order_counts_in_several_cells_what_is_withheld_holds_five_in_one_of_them():
    assert withheld((3, 3), may_overlap=True) == {0, 1, -1}
    assert withheld((3, 3, 9), may_overlap=True) == {0, 1, 2}
    assert withheld((3, 3, 9)) == {0, 1}


def test_over_several_producers_small_cells_are_withheld_with_their_revenue(market):
    cuts = get_report_over_producers(Scope(), NOVEMBER)

    assert {(row.figures.orders, row.figures.revenue_vnd) for row in cut(cuts, "product").rows} == {
        (None, None)
    }
    assert cut(cuts, "product").total.orders is None
    assert cut(cuts, "product").total.visits == 4


def test_periods_end_after_they_begin_and_last_a_year_at_most():
    assert month_of(date(2026, 2, 14)) == Period(date(2026, 2, 1), date(2026, 2, 28))
    assert month_of(date(2026, 12, 31)) == Period(date(2026, 12, 1), date(2026, 12, 31))
    assert [at_least(count) for count in (0, 4, 5, 9, 10)] == [0, 0, 5, 5, 10]
    for from_on, until_on, reason in [
        (date(2026, 2, 2), date(2026, 2, 1), "order"),
        (date(2025, 1, 1), date(2026, 1, 2), "long"),
        (date.max, date.max, "far"),
        (date.min, date.min, "far"),
    ]:
        with pytest.raises(InvalidPeriodError) as refused:
            period_of(from_on, until_on)
        assert refused.value.reason == reason


def test_the_page_and_the_file_tell_the_same(app, market):
    owner = make_member(market["ours"], "owner")

    browser = browser_of(app, owner)
    address = f"/workspace/{market['ours'].id}/promote/report?from=2026-11-01&until=2026-11-30"

    page = browser.get(address)
    lines = list(csv.DictReader(io.StringIO(browser.get(f"{address}&as=csv").text.removeprefix("\ufeff"))))

    assert page.status_code == 200
    assert "868.333\N{NO-BREAK SPACE}₫" in page.text
    sums = {
        line["cut"]: (line["visits"], line["orders"], line["revenue_vnd"])
        for line in lines
        if line["number"] == "sum"
    }
    assert sums == dict.fromkeys(("product", "fair", "campaign", "province"), ("4", "3", "868333"))


@pytest.mark.parametrize(
    ("query", "status"), [("from=2026-11-30&until=2026-11-01", 422), ("from=x&until=9999", 200)]
)
def test_days_that_cannot_be_are_told(app, market, query, status):
    owner = make_member(market["ours"], "owner")

    assert (
        browser_of(app, owner).get(f"/workspace/{market['ours'].id}/promote/report?{query}").status_code
        == status
    )


def test_whose_report_it_is_not_is_told_nothing(app, market):
    packer, stranger = make_member(market["ours"], "packer"), make_organiser()

    assert browser_of(app, packer).get(f"/workspace/{market['ours'].id}/promote/report").status_code == 404
    assert browser_of(app, stranger).get(f"/organiser/fairs/{market['fair'].id}/report").status_code == 404
    assert browser_of(app, stranger).get("/office/promotion-report").status_code in {403, 404}


def test_counters_of_a_fair_are_rounded_until_its_report_is_final_and_then_withheld(app, market, clock):
    address = f"/organiser/fairs/{market['fair'].id}/report"

    def told(on: date) -> str:
        clock.set(datetime(on.year, on.month, on.day, 5, tzinfo=UTC))
        return browser_of(app, make_administrator()).get(f"{address}?as=csv").text

    for on in (date(2026, 11, 25), date(2026, 11, 26), date(2026, 12, 9)):  # it ends on the 25th
        page = told(on)
        assert "<html" in page, on
        assert "0+" in page, on
        assert "09/12/2026" in page, on
    final = told(date(2026, 12, 10))

    assert ",".join(['"booth"', f'"{market["booth"].id}"', '"A1"', "13", "0", "1", '""', '""']) in final


def test_the_final_report_of_a_fair_grows_by_nothing_that_comes_later(market, clock):
    fair, booth = market["fair"], market["booth"]
    pack = market["goods"][0].variants[0]

    def bring(sold_at: datetime, noted_at: datetime) -> None:
        order = make_order((pack, 1))
        with transaction():
            order.seller_orders[0].placed_at = sold_at
            note_order_place(order.id, fair.id, booth.id, noted_at)

    def orders() -> int:
        cuts = get_fair_report(db.session.get_one(Fair, fair.id))
        return sum(row.figures.orders or 0 for row in cut(cuts, "booth").rows)

    last_counted = datetime(2026, 12, 2, 16, 59, tzinfo=UTC)  # the end of the seventh day after it in Vietnam
    final = datetime(2026, 12, 9, 17, 0, tzinfo=UTC)
    for _each in range(5):
        bring(last_counted, final - timedelta(minutes=1))
    counted = orders()
    bring(last_counted + timedelta(minutes=1), last_counted + timedelta(minutes=1))
    bring(datetime(2026, 11, 25, 3, tzinfo=UTC), final)
    with transaction():
        link = make_link("fair", fair.id, "/fairs/x", by=None, now=clock.now(), fair_id=fair.id)
        record_visits([Visited(link.id, date(2026, 12, day), "", 3) for day in (2, 3)])

    assert (counted, orders()) == (7, 7)
    assert cut(get_fair_report(fair), "booth").total.visits == 13 + 3


def test_officers_see_a_month_of_their_area_once_it_is_over(app, market, clock):
    officer = make_officer("province", "86")
    running = browser_of(app, officer).get("/office/promotion-report?month=2026-11")
    clock.move(timedelta(days=12))

    page = browser_of(app, officer).get("/office/promotion-report?month=2026-11")

    assert (running.status_code, page.status_code) == (200, 200)
    assert 'value="2026-11"' not in running.text
    assert 'value="2026-11"' in page.text
    assert "868.333" not in page.text
