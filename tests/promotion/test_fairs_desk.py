"""A producer answers invitations, says what its booth shows, declares samples, and proves its fairs."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from core import clock as present
from core.db import db, transaction
from promotion.models.fairs import BoothProduct, Participation
from promotion.operations.fair_pickup import open_fair_pickup
from promotion.operations.fairs import cancel_fair
from promotion.operations.participation import confirm_participation, invite_producers, register_producer
from promotion.queries.participations import participations_of
from tests.factories import make_producer, make_product
from tests.fairs import make_booth, make_fair
from tests.people import actor, browser_of, make_member, make_organiser
from tests.promotion.fair_desk import Holder, verify
from tests.support.hands import Hand
from traceability.models import RangeState, StampRange
from traceability.operations.lots import open_lot
from traceability.operations.stamps import issue_stamps


@pytest.fixture
def producer(db_session, clock):
    return verify(make_producer(name="HTX Dừa Xanh"))


@pytest.fixture
def hand(app, producer):
    return Hand(app, producer)


@pytest.fixture
def fair(db_session, clock):
    return make_fair()


@pytest.fixture
def organiser(fair):
    return actor(make_organiser())


def part_of(producer):
    db.session.rollback()
    return db.session.scalar(select(Participation).where(Participation.producer_id == producer.id))


def confirmed(fair, producer, organiser, owner, booth=None):
    """The producer's place, through its steps."""
    with transaction():
        invite_producers(fair.id, [producer.id], by=organiser, now=present.now())
        part = register_producer(fair.id, producer.id, "", by=owner, now=present.now())
        confirm_participation(fair.id, part.id, booth, by=organiser, now=present.now())
    return part_of(producer)


def test_a_producer_registers_and_stays_away_from_its_workspace(hand, producer, fair):
    assert "Hội chợ OCOP Vĩnh Long" in hand.get("/fairs").text
    page = hand.get(f"/fairs/{fair.id}")
    assert "trong tỉnh" in page.text

    assert hand.post(f"/fairs/{fair.id}/registration", {"note": "Cần ổ điện"}).status_code == 303
    assert (part_of(producer).state, part_of(producer).note) == ("registered", "Cần ổ điện")
    long = hand.post(f"/fairs/{fair.id}/withdrawal")
    assert long.status_code == 303
    assert part_of(producer).state == "withdrawn"
    refused = hand.post(f"/fairs/{fair.id}/registration", {"note": "x" * 600})
    assert (refused.status_code, "x" * 600 in refused.text) == (422, True)
    assert part_of(producer).state == "withdrawn"


def test_the_link_of_an_invitation_leads_to_the_fair_in_the_own_workspace(app, hand, producer, fair):
    answer = hand.browser.get(f"/workspace/fairs/{fair.slug}")
    assert answer.headers["Location"] == f"/workspace/{producer.id}/fairs/{fair.id}"

    second = make_producer(name="HTX Thứ Hai")
    two = browser_of(app, make_member(second))
    assert two.get("/workspace/fairs/khong-co").status_code == 404
    assert app.test_client().get(f"/workspace/fairs/{fair.slug}").status_code == 303  # to the sign-in


def test_packers_look_and_others_find_nothing(app, producer, fair):
    make_product(producer=producer)  # whose stock the packer counts
    packer, stranger = Hand(app, producer, "packer"), Hand(app, make_producer())
    assert packer.get(f"/fairs/{fair.id}").status_code == 200
    assert packer.post(f"/fairs/{fair.id}/registration").status_code == 404
    for path in (
        "/fairs",
        f"/fairs/{fair.id}",
        f"/fairs/{fair.id}/goods",
        "/fairs/evidence",
        "/fairs/evidence.pdf",
    ):
        assert stranger.browser.get(f"/workspace/{producer.id}{path}").status_code == 404, path
    address = f"/workspace/{producer.id}/fairs/{fair.id}"
    for act in ("registration", "withdrawal", "goods", "pickup-offer", "goods/1/samples"):
        assert stranger.send(f"{address}/{act}").status_code == 404, act
    assert part_of(producer) is None


def test_a_fair_that_is_not_shown_is_not_found(hand, clock):
    draft = make_fair(published_at=None)
    assert hand.get(f"/fairs/{draft.id}").status_code == 404
    assert hand.post(f"/fairs/{draft.id}/registration").status_code == 404


def test_a_booth_shows_own_listed_products_in_their_order(hand, producer, fair):
    first, second = make_product(producer=producer, name="Kẹo"), make_product(producer=producer, name="Mứt")
    foreign = make_product(name="Của người khác")
    hidden = make_product(producer=producer, is_listed=False)
    assert (
        hand.post(f"/fairs/{fair.id}/goods", {f"show-{first.id}": "1"}).status_code == 404
    )  # takes no part yet
    hand.post(f"/fairs/{fair.id}/registration")

    chosen = {
        f"show-{first.id}": "1",
        f"place-{first.id}": "2",
        f"show-{second.id}": "1",
        f"place-{second.id}": "1",
    }
    assert hand.post(f"/fairs/{fair.id}/goods", chosen).status_code == 303
    assert shown() == [(second.id, 1), (first.id, 2)]
    for wrong in (foreign.id, hidden.id, 999_999):
        assert hand.post(f"/fairs/{fair.id}/goods", chosen | {f"show-{wrong}": "1"}).status_code == 422
    many = {f"show-{number}": "1" for number in range(1, 62)}
    answer = hand.post(f"/fairs/{fair.id}/goods", many)
    assert (answer.status_code, "nhiều nhất 60" in answer.text) == (422, True)

    assert shown() == [(second.id, 1), (first.id, 2)]


def test_a_name_that_speaks_of_stars_that_are_not_there_is_not_shown_at_a_booth(hand, producer, fair):
    honest = make_product(producer=producer, name="Kẹo OCOP 4 sao")
    claims = make_product(producer=producer, name="Mứt OCOP 5 sao")
    hand.post(f"/fairs/{fair.id}/registration")
    hand.post(f"/fairs/{fair.id}/goods", {f"show-{honest.id}": "1"})

    refused = hand.post(f"/fairs/{fair.id}/goods", {f"show-{each.id}": "1" for each in (honest, claims)})

    assert (refused.status_code, "hãy đổi tên trước" in refused.text) == (422, True)
    assert shown() == [(honest.id, 1)]


def shown():
    db.session.rollback()
    rows = select(BoothProduct.product_id, BoothProduct.position).order_by(BoothProduct.position)
    return [tuple(row) for row in db.session.execute(rows)]


def test_samples_are_declared_by_run_and_range_and_stay_with_the_product(hand, producer, fair):
    product, other = make_product(producer=producer), make_product(producer=producer, name="Khác")
    with transaction():
        lot = open_lot(product, code="L1", quantity=100, produced_on=present.today(), now=present.now())
        run = issue_stamps(lot, 20, now=present.now())
    hand.post(f"/fairs/{fair.id}/registration")
    hand.post(f"/fairs/{fair.id}/goods", {f"show-{product.id}": "1"})
    at = f"/fairs/{fair.id}/goods/{product.id}/samples"
    span = {"run_id": str(run.id), "first": "3", "last": "5"}

    for wrong in (
        {"first": "19", "last": "21"},
        {"first": "x"},
        {"run_id": "99"},
        {"first": "6", "last": "5"},
    ):
        assert hand.post(at, span | wrong).status_code == 422, wrong
    assert hand.post(f"/fairs/{fair.id}/goods/{other.id}/samples", span).status_code == 404
    assert db.session.scalars(select(StampRange).where(StampRange.state == RangeState.DISPLAY)).all() == []
    assert hand.post(at, span).status_code == 303
    assert hand.post(at, span).status_code == 303  # twice: the same

    ranges = db.session.scalars(select(StampRange).where(StampRange.state == RangeState.DISPLAY)).all()
    assert [(row.first, row.last, row.reason) for row in ranges] == [(3, 5, "Hội chợ OCOP Vĩnh Long")]
    both = {
        f"show-{product.id}": "1",
        f"place-{product.id}": "2",
        f"show-{other.id}": "1",
        f"place-{other.id}": "1",
    }
    hand.post(f"/fairs/{fair.id}/goods", both)
    line = db.session.scalars(select(BoothProduct).where(BoothProduct.product_id == product.id)).one()
    assert (line.position, line.stamp_run_id, line.stamp_first, line.stamp_last) == (2, run.id, 3, 5)


def test_a_confirmed_producer_may_bring_orders_to_the_fair(hand, producer, fair, organiser):
    with transaction():
        open_fair_pickup(fair, by=organiser, now=present.now())
    hand.post(f"/fairs/{fair.id}/registration")
    assert hand.post(f"/fairs/{fair.id}/pickup-offer", {"is_offered": "yes"}).status_code == 409
    with transaction():
        confirm_participation(fair.id, part_of(producer).id, None, by=organiser, now=present.now())

    assert hand.post(f"/fairs/{fair.id}/pickup-offer", {"is_offered": "yes"}).status_code == 303
    assert 'name="is_offered" value="no"' in hand.get(f"/fairs/{fair.id}").text


def test_the_organiser_sees_who_waits_and_gives_the_booth(app, hand, producer):
    holder = Holder(app)
    number = holder.open_fair()
    booth = make_booth(db.session.get_one(type(make_fair()), number), "A1")
    found = holder.get(f"/fairs/{number}/invitations?q=dua+xanh").text
    assert f'name="producers" value="{producer.id}"' in found
    assert holder.post(f"/fairs/{number}/invitations", {"producers": str(producer.id)}).status_code == 303
    assert holder.post(f"/fairs/{number}/invitations", {"producers": "999999"}).status_code == 404
    assert holder.post(f"/fairs/{number}/invitations", {}).status_code == 422
    hand.post(f"/fairs/{number}/registration", {"note": '<b>"ổ điện"'})
    page = holder.get(f"/fairs/{number}/producers").text
    assert "&lt;b&gt;" in page
    assert "/workspace/fairs/hoi-cho-ocop-vinh-long-2026" in page
    part_id = part_of(producer).id

    at = f"/fairs/{number}/producers/{part_id}"
    assert holder.post(f"{at}/refusal", {"reason": ""}).status_code == 422
    assert holder.post(f"{at}/confirmation", {"booth_id": str(booth.id)}).status_code == 303
    assert holder.post(f"{at}/booth", {"booth_id": ""}).status_code == 303
    assert part_of(producer).booth_id is None
    assert holder.post(f"{at}/refusal", {"reason": "Trùng ngành hàng"}).status_code == 303
    assert holder.post(f"{at}/confirmation", {"booth_id": str(booth.id)}).status_code == 409
    assert part_of(producer).state == "refused"
    assert "Trùng ngành hàng" in hand.get(f"/fairs/{number}").text
    assert Holder(app).post(f"{at}/booth", {"booth_id": str(booth.id)}).status_code == 404


def test_only_fairs_that_are_over_and_were_confirmed_prove_something(app, clock, hand, producer, organiser):
    owner, today = actor(hand.user), present.today()
    days = {"starts_on": today, "ends_on": today}
    fairs = {
        name: make_fair(name=name, slug=name, **facts)
        for name, facts in {
            "trong-tinh": days | {"province_code": "86"},
            "ngoai-tinh": days | {"province_code": "79"},
            "quoc-te": days | {"province_code": None, "country": "JP"},
            "huy": days,
            "chua-xong": days | {"ends_on": today.replace(day=30)},
            "chi-dang-ky": days,
        }.items()
    }
    for name, each in fairs.items():
        if name != "chi-dang-ky":
            confirmed(
                each, producer, organiser, owner, make_booth(each, "A1").id if name == "trong-tinh" else None
            )
    with transaction():
        register_producer(fairs["chi-dang-ky"].id, producer.id, "", by=owner, now=present.now())
        cancel_fair(fairs["huy"].id, "Bão", by=organiser, now=present.now())
    product = make_product(producer=producer, name="=SUM(A1)")
    hand.post(f"/fairs/{fairs['trong-tinh'].id}/goods", {f"show-{product.id}": "1"})
    assert participations_of(producer, today) == ()

    clock.set_vietnam(today.replace(day=23))
    proven = participations_of(producer, present.today())

    assert {each.slug: each.place_class for each in proven} == {
        "trong-tinh": "in_province", "ngoai-tinh": "outside_province", "quoc-te": "international",
    }  # fmt: skip
    (booth,) = [each.booth_code for each in proven if each.slug == "trong-tinh"]
    assert booth == "A1"
    assert {each.confirmed_by_id for each in proven} == {organiser.user_id}
    browser = browser_of(app, hand.user)
    page = browser.get(f"{hand.base}/fairs/evidence").text
    assert re.findall(r'<dd class="num">(\d)</dd>', page) == ["1", "1", "1"]
    rows = list(
        csv.reader(io.StringIO(browser.get(f"{hand.base}/fairs/evidence.csv").text.removeprefix("\ufeff")))
    )
    assert len(rows) == 4
    assert "'=SUM(A1)" in [row[11] for row in rows]
    assert browser.get(f"{hand.base}/fairs/evidence.pdf").data.startswith(b"%PDF-")
    assert hand.send(f"{hand.base}/fairs/{fairs['trong-tinh'].id}/goods").status_code in {303, 404, 409}
