"""The people of the demonstration: one sign-in for each role, behind a password of each build."""

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.operations.passwords import is_password_right
from accounts.operations.second_factor import find_secret
from accounts.queries.actors import actor_of
from catalog.models import Producer
from core.config import Settings
from core.db import transaction
from core.i18n import speaking
from storefront.demo.people import PEOPLE, SignIns, build_people, drawn_sign_ins, sign_in_lines
from tests.factories import make_place, make_producer
from tests.people import VINH_LONG
from tests.support.clocks import FrozenClock


@pytest.fixture
def sign_ins(db_session: Session, settings: Settings, clock: FrozenClock) -> SignIns:
    """People at two demonstration producers of Vĩnh Long."""
    make_producer(is_demonstration=True, place=make_place())
    make_producer(is_demonstration=True, name="Hộ Khác")
    drawn = drawn_sign_ins()
    with transaction():
        build_people(drawn, settings.keys, now=clock.now())
    return drawn


def person(db_session: Session, mailbox: str) -> User:
    return db_session.scalars(select(User).where(User.email == f"{mailbox}@demo.example")).one()


def test_every_role_has_its_sign_in(sign_ins: SignIns, db_session: Session) -> None:
    first, second = db_session.scalars(select(Producer.id).order_by(Producer.id))

    told = {}
    for plan in PEOPLE:
        actor = actor_of(person(db_session, plan.mailbox))
        told[plan.mailbox] = (
            tuple((team.producer_id, team.role) for team in actor.teams),
            tuple((post.level, post.province_code, post.commune_code) for post in actor.posts),
            actor.is_organiser,
            actor.is_administrator,
        )

    assert told == {
        "nguoi-mua": ((), (), False, False),
        "nha-buon": ((), (), False, False),
        "chu-co-so": (((first, "owner"),), (), False, False),
        "bien-tap": (((first, "editor"),), (), False, False),
        "dong-goi": (((first, "packer"),), (), False, False),
        "chu-co-so-2": (((second, "owner"),), (), False, False),
        "can-bo-tinh-1": ((), (("province", VINH_LONG, None),), False, False),
        "can-bo-tinh-2": ((), (("province", VINH_LONG, None),), False, False),
        "can-bo-xa": ((), (("commune", VINH_LONG, "28789"),), False, False),
        "can-bo-bo-1": ((), (("nation", None, None),), False, False),
        "can-bo-bo-2": ((), (("nation", None, None),), False, False),
        "to-chuc": ((), (), True, False),
        "quan-tri": ((), (), False, True),
    }


def test_one_password_opens_them_and_only_officials_have_a_second_step(
    sign_ins: SignIns, db_session: Session, settings: Settings
) -> None:
    shopper, officer = person(db_session, "nguoi-mua"), person(db_session, "can-bo-tinh-1")

    assert is_password_right(shopper.password_hash, sign_ins.password)
    assert not is_password_right(shopper.password_hash, sign_ins.password + "x")
    assert find_secret(shopper.id, settings.keys) is None
    assert find_secret(officer.id, settings.keys) == sign_ins.secret


def test_each_build_draws_another_password() -> None:
    one, other = drawn_sign_ins(), drawn_sign_ins()

    assert one.password != other.password
    assert one.secret != other.secret


def test_the_list_names_every_address_once(sign_ins: SignIns, app: Flask) -> None:
    with speaking("en"):
        lines: Sequence[str] = sign_in_lines(sign_ins, "http://market.test")

    assert lines[0] == f"Sign in at http://market.test/sign-in with the password {sign_ins.password}"
    assert [line.split()[0] for line in lines[1:-1]] == [f"{plan.mailbox}@demo.example" for plan in PEOPLE]
    assert sign_ins.secret in lines[-1]
