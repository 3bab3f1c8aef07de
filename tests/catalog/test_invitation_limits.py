"""Invitations are messages to strangers: how many go out, and what a producer's name may say in them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.errors import TooManyCodesError
from accounts.queries.actors import get_actor
from catalog.models import Producer
from catalog.models.joining import Invitation
from catalog.operations.team import invite_member, withdraw_invitation
from core import clock as present
from core.db import db, transaction
from core.keys import KeyRing
from core.messages.models import Message
from tests.catalog.team_of_dua import PHONE, app, owner, producer
from tests.factories import make_producer
from tests.people import browser_of, make_member

__all__ = ["app", "owner", "producer"]


def invite(owner, producer, phone=PHONE, paid_per_day=2_000):
    with transaction():
        invite_member(
            db.session.get_one(Producer, producer.id),
            phone,
            "editor",
            by=get_actor(owner.id),
            address_of=lambda token: f"http://market.test/{token}",
            keys=KeyRing(("k" * 32,)),
            paid_per_day=paid_per_day,
            now=present.now(),
        )


def outcomes():
    db.session.rollback()
    return [each.outcome for each in db.session.scalars(select(Invitation).order_by(Invitation.id))]


def sent_bodies():
    db.session.rollback()
    return [each.body for each in db.session.scalars(select(Message).order_by(Message.id))]


def test_inviting_one_number_again_and_again_sends_three_messages_a_day(producer, owner, clock):
    other = make_producer(name="HTX Mía")
    rival = make_member(other)
    for _ in range(3):
        invite(owner, producer)

    for by, where in ((owner, producer), (rival, other)):
        with pytest.raises(TooManyCodesError):
            invite(by, where)

    assert outcomes() == ["withdrawn", "withdrawn", None]
    assert len(sent_bodies()) == 3
    clock.move(timedelta(hours=8))
    invite(rival, other)
    assert len(sent_bodies()) == 4


def test_a_producer_sends_ten_invitations_a_day_ended_ones_included(producer, owner):
    for number in range(10):
        invite(owner, producer, f"+8491200010{number}")
        with transaction():
            offer = db.session.scalars(select(Invitation).where(Invitation.outcome.is_(None))).one()
            withdraw_invitation(offer, by=get_actor(owner.id), now=present.now())

    with pytest.raises(TooManyCodesError):
        invite(owner, producer)

    assert outcomes() == ["withdrawn"] * 10
    assert len(sent_bodies()) == 10


def test_invitations_count_for_the_cap_of_paid_messages(producer, owner):
    for number in range(4):
        invite(owner, producer, f"+8491200010{number}", paid_per_day=5)

    with pytest.raises(TooManyCodesError) as refused:
        invite(owner, producer, paid_per_day=5)

    assert refused.value.reason == "all"
    assert (outcomes(), len(sent_bodies())) == ([None] * 4, 4)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("HTX Dừa Sáp Cầu Kè", "cho «HTX Dừa Sáp Cầu Kè»: "),
        (
            "Hợp tác xã nông nghiệp và du lịch cộng đồng Vĩnh Long",
            "«Hợp tác xã nông nghiệp và du lịch cộng…»: ",
        ),
        ("Tai khoan bi khoa, vao evil.example", "cho một cơ sở: "),
        ("Vào https://evil mở khóa", "cho một cơ sở: "),
        ("Tài khoản bị khóa, gọi 0912 345 678", "cho một cơ sở: "),
    ],
)
def test_a_name_says_in_our_message_no_more_than_a_name(app, owner, producer, name, told):
    db.session.get_one(Producer, producer.id).name = name
    db.session.commit()
    with app.test_request_context():
        invite(owner, producer)

    (body,) = sent_bodies()
    assert body.startswith("Chợ OCOP: bạn được mời cùng làm ")
    assert told in body
    assert ("evil" in body, "345" in body) == (False, False)


def test_the_page_says_that_many_invitations_were_sent(app, producer, owner):
    browser = browser_of(app, owner)
    address = f"/en/workspace/{producer.id}/team/invitations"

    answers = [browser.post(address, data={"phone": PHONE, "role": "packer"}) for _ in range(4)]

    assert [each.status_code for each in answers] == [303, 303, 303, 429]
    assert "Many invitations are open, or were sent of late" in answers[3].text
    assert len(sent_bodies()) == 3
