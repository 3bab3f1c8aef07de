"""Pages of delivery: a producer's terms, its goods, papers of parcels; administrators' fees, points and lists."""

import io
import re
from datetime import date

import pytest
from sqlalchemy import func, select

from core import clock as present
from core.db import db, transaction
from orders.delivery_terms import Destination, Parcel
from orders.models.delivery import DeliveryTerms, PickupPoint, ProductHandling, RateTable
from orders.models.shipments import BookingState, CodRemittance, Shipment
from orders.operations.transitions import OrderActor, move
from orders.queries.delivery import list_delivery_options, list_pack_needs
from orders.states import Axis, Fulfilment, Lifecycle
from tests.factories import make_producer, make_product
from tests.people import browser_of, make_administrator, make_member
from tests.support.order_shop import make_order, parcel, pay

ON = date(2026, 11, 22)
TERMS = {
    "handover_days": "1",
    "send_weekdays": ["1", "2", "3"],
    "sends_by_carrier": "yes",
    "free_from_vnd": "500k",
    "own_scope": "province",
    "own_fee_vnd": "10.000",
    "own_free_from_vnd": "",
    "own_days": "1",
    "pickup_hours": "7-11 giờ",
    "minimum_vnd": "0",
}
RATES = (
    "carrier,service,zone,up_to_g,fee_vnd,fragile_fee_vnd,days_from,days_to,is_cold\n"
    "manual,standard,same_province,30000,19000,0,1,2,\n"
)


@pytest.fixture
def producer(db_session):
    return make_producer()


class Person:
    """Somebody at a browser who has seen a form before one is sent."""

    def __init__(self, browser, form_at: str) -> None:
        self.browser, self.form_at, self.token = browser, form_at, ""

    def get(self, path: str):
        return self.browser.get(path)

    def post(self, path: str, data=None):
        if not self.token:
            self.token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(self.form_at).text)[1]
        return self.browser.post(path, data={"csrf_token": self.token, **(data or {})})


@pytest.fixture
def owner(app, producer):
    return Person(browser_of(app, make_member(producer)), f"/workspace/{producer.id}/delivery")


@pytest.fixture
def administrator(app, db_session):
    return Person(browser_of(app, make_administrator(), second_factor=True), "/admin/delivery")


def fees(producer) -> list[int]:
    parcel_facts = Parcel(producer_id=producer.id, weight_g=1_000, goods_vnd=200_000)
    db.session.rollback()
    return [option.fee_vnd for option in list_delivery_options(parcel_facts, Destination("86"), ON)]


def confirmed(producer):
    part = make_order([parcel((make_product(producer=producer).variants[0], 2))]).seller_orders[0]
    pay(part.order)
    with transaction():
        move(part, Axis.LIFECYCLE, Lifecycle.CONFIRMED, actor=OrderActor.PRODUCER, now=present.now())
    return part


def test_a_producer_sets_its_terms_and_sees_what_buyers_see(owner, producer):
    base = f"/workspace/{producer.id}/delivery"

    answer = owner.post(base, data=TERMS)

    assert answer.headers["Location"] == f"{base}?done=1"
    kept = db.session.get(DeliveryTerms, producer.id)
    assert (kept.free_from_vnd, kept.send_weekdays, kept.own_scope) == (500_000, "123", "province")
    page = owner.get(f"{base}?done=1").text
    assert "10.000" in page
    assert fees(producer) == [10_000, 24_000, 50_000, 0] or fees(producer)[0] == 10_000


def test_terms_that_cannot_be_read_are_told_at_their_field_and_nothing_is_kept(owner, producer):
    answer = owner.post(
        f"/workspace/{producer.id}/delivery", data=TERMS | {"own_fee_vnd": "nhiều", "minimum_vnd": "1,5"}
    )

    assert answer.status_code == 422
    assert 'href="#own_fee_vnd"' in answer.text
    assert 'value="nhiều"' in answer.text
    assert db.session.get(DeliveryTerms, producer.id) is None


def test_own_fees_count_and_end(owner, producer):
    base = f"/workspace/{producer.id}/delivery/fees"

    assert owner.get(base).status_code == 200
    told = {"whose": "own", "first-same_province": "15k", "further-same_province": "2k"}
    assert owner.post(base, data=told).status_code == 303
    assert fees(producer) == [15_000]
    assert 'value="15000"' in owner.get(base).text
    assert owner.post(base, data={"whose": "own"}).status_code == 422
    assert owner.post(base, data={"whose": "platform"}).status_code == 303
    assert fees(producer) == [20_000, 50_000]


def test_what_goods_need_is_kept(owner, producer):
    product = make_product(producer=producer)
    number = product.variants[0].id
    base = f"/workspace/{producer.id}/products/{product.id}/handling"

    assert "575" in owner.get(base).text
    told = {"needs": ["fragile"], "max_transit_days": "3", "packaging_g": "", f"weight-{number}": "640"}
    assert owner.post(base, data=told).status_code == 303
    assert owner.post(base, data=told | {f"weight-{number}": "0"}).status_code == 422

    db.session.rollback()
    needs = list_pack_needs([number])[number]
    assert (needs.weight_g, needs.is_fragile, needs.max_transit_days) == (640, True, 3)
    assert db.session.scalar(select(func.count()).select_from(ProductHandling)) == 1


def test_papers_of_ones_own_parcels_only_and_while_they_are_open(owner, producer):
    part, other = confirmed(producer), confirmed(make_producer())
    base = f"/workspace/{producer.id}"

    for address in (
        f"{base}/orders/{part.code}/label.pdf",
        f"{base}/orders/{part.code}/packing-slip.pdf",
        f"{base}/labels.pdf?codes={part.code},{part.code}",
        f"{base}/packing-slips.pdf?codes={part.code}",
    ):
        answer = owner.get(address)
        assert (answer.status_code, answer.content_type) == (200, "application/pdf")
        assert answer.headers["Cache-Control"] == "no-store"
    for address in (
        f"{base}/orders/{other.code}/label.pdf",
        f"{base}/labels.pdf?codes={part.code},{other.code}",
        f"{base}/labels.pdf",
        f"/workspace/{other.producer_id}/orders/{other.code}/label.pdf",
    ):
        assert owner.get(address).status_code == 404
    with transaction():
        for state in (Fulfilment.PACKED, Fulfilment.HANDED_OVER, Fulfilment.DELIVERED):
            move(part, Axis.FULFILMENT, state, actor=OrderActor.PRODUCER, now=present.now())
    assert owner.get(f"{base}/orders/{part.code}/label.pdf").status_code == 404


def test_a_number_is_typed_by_hand(owner, producer):
    part = confirmed(producer)
    base = f"/workspace/{producer.id}/orders/{part.code}"

    assert owner.get(f"{base}/parcel").status_code == 200
    assert owner.post(f"{base}/number", data={"carrier": "vnpost", "number": "x"}).status_code == 422
    assert owner.post(f"{base}/number", data={"carrier": "vnpost", "number": "EH 12 VN"}).status_code == 303
    assert owner.post(f"{base}/booking", data={"carrier": "ghn"}).status_code == 422

    db.session.rollback()
    shipment = db.session.scalars(select(Shipment)).one()
    assert (shipment.carrier, shipment.tracking_number, shipment.booking) == (
        "vnpost",
        "EH12VN",
        BookingState.BY_HAND,
    )
    assert "EH12VN" in owner.get(f"{base}/parcel").text


def sheet(text: str, name: str = "cuoc.csv"):
    return (io.BytesIO(text.encode()), name)


def test_an_administrator_tries_a_sheet_and_lets_it_count(administrator, producer):
    told = {"valid_from_on": "2026-11-22", "act": "try"}

    tried = administrator.post("/admin/delivery/rates", data=told | {"file": sheet(RATES)})
    assert (tried.status_code, "19.000" in tried.text) == (200, True)
    assert fees(producer) == [20_000, 50_000]
    kept = administrator.post("/admin/delivery/rates", data=told | {"act": "record", "file": sheet(RATES)})
    assert kept.status_code == 303
    assert fees(producer) == [19_000]
    got = administrator.get("/admin/delivery/rates.csv").data.decode("utf-8-sig")
    assert got.replace("\r\n", "\n") == RATES


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"file": ""}, "#file"),
        ({"file": "PK\x03\x04"}, "#file"),
        ({"file": RATES.replace("same_province", "moon")}, "#file"),
        ({"valid_from_on": ""}, "#valid_from_on"),
        ({"valid_from_on": "x"}, "#valid_from_on"),
        ({"valid_to_on": "2026-01-01"}, "#valid_to_on"),
    ],
)
def test_a_sheet_that_cannot_be_used_is_told_why_and_changes_nothing(administrator, facts, words):
    told = {"valid_from_on": "2026-11-22", "act": "record"} | facts
    answer = administrator.post(
        "/admin/delivery/rates", data=told | {"file": sheet(facts.get("file", RATES))}
    )

    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalar(select(func.count()).select_from(RateTable)) == 1


def test_an_administrator_keeps_points(administrator):
    told = {
        "kind": "pickup_fair",
        "name": "Hội chợ OCOP",
        "address": "Quảng trường",
        "province_code": "86",
        "hours": "8-21 giờ",
        "from_on": "01/12/2026",
        "until_on": "05/12/2026",
        "run_by": "Sở Công Thương",
        "phone": "0912 345 678",
        "fee_vnd": "",
    }
    assert administrator.get("/admin/delivery/points/new").status_code == 200
    assert administrator.post("/admin/delivery/points", data=told | {"until_on": ""}).status_code == 422
    assert administrator.post("/admin/delivery/points", data=told).status_code == 303
    point = db.session.scalars(select(PickupPoint)).one()
    assert (point.kind, point.from_on, point.phone) == ("pickup_fair", date(2026, 12, 1), "+84912345678")
    address = f"/admin/delivery/points/{point.id}"
    assert "Hội chợ OCOP" in administrator.get(address).text
    assert administrator.post(address, data=told | {"name": "Hội chợ Tết"}).status_code == 303
    assert administrator.post(f"{address}/withdrawal").status_code == 303
    db.session.rollback()
    assert (point.name, point.withdrawn_at) == ("Hội chợ Tết", present.now())


def test_an_administrator_takes_a_carriers_list(administrator):
    told = {"carrier": "ghn", "bank_reference": "FT1", "is_on_statement": "no"}
    text = "Mã đơn hàng,Tiền thu hộ\nOC00000000,100000\n"

    for facts, at in (
        ({"carrier": "x"}, "#carrier"),
        ({"bank_reference": ""}, "#bank_reference"),
        ({"file": sheet("a,b\n1,2\n")}, "#file"),
        ({"file": sheet("")}, "#file"),
        ({"file": sheet("Mã đơn hàng,Tiền thu hộ\n")}, "#file"),
    ):
        answer = administrator.post("/admin/cod-remittances", data=told | {"file": sheet(text)} | facts)
        assert (answer.status_code, at in answer.text) == (422, True)
    assert db.session.scalar(select(func.count()).select_from(CodRemittance)) == 0
    kept = administrator.post("/admin/cod-remittances", data=told | {"file": sheet(text)})
    again = administrator.post("/admin/cod-remittances", data=told | {"file": sheet(text)})

    assert (kept.status_code, again.headers["Location"][-10:]) == (303, "done=known")
    page = administrator.get(kept.headers["Location"]).text
    assert "OC00000000" in page
    line = db.session.scalars(select(CodRemittance)).one().lines[0].id
    assert administrator.post(f"/admin/cod-remittances/lines/{line}/match").status_code == 303
    closing = f"/admin/cod-remittances/lines/{line}/closing"
    assert administrator.post(closing, data={"note": ""}).status_code == 422
    assert administrator.post(closing, data={"note": "Đã hỏi GHN"}).status_code == 303
    assert "OC00000000" not in administrator.get("/admin/cod-remittances").text
    assert administrator.post("/admin/cod-remittances/lines/99999/match").status_code == 404


def test_fees_and_places_are_loaded_from_the_command_line(app, runner, producer, tmp_path):
    rates, places = tmp_path / "cuoc.csv", tmp_path / "ghn.csv"
    rates.write_text(RATES)
    places.write_text("place_code,carrier_code\n26740,1442|20109\n")

    tried = runner.invoke(args=["orders", "load-rates", str(rates), "--from", "2026-11-22", "--try"])
    assert (tried.exit_code, fees(producer)) == (0, [20_000, 50_000])
    for _ in range(2):
        assert runner.invoke(args=["orders", "load-rates", str(rates), "--from", "2026-11-22"]).exit_code == 0
    assert fees(producer) == [19_000]
    rates.write_text(RATES.replace("19000", "x"))
    broken = runner.invoke(args=["orders", "load-rates", str(rates)])
    assert (broken.exit_code, "cuoc.csv:2: fee_vnd: not_a_number" in broken.output) == (1, True)
    loading = ["orders", "load-carrier-places", "ghn", str(places), "--version", "2026-11"]
    assert [runner.invoke(args=loading).exit_code for _ in range(2)] == [0, 1]
    assert db.session.scalar(select(func.count()).select_from(RateTable)) == 2
