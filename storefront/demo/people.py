"""People of the demonstration: a sign-in for each role, named by what the person is, with a password of each build.

A fixed password would be an open door wherever a demonstration is shown to others; so it is drawn anew, printed once
and left in the data folder. Addresses end in `.example`, which nobody can own (RFC 2606, 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from accounts.contacts import Contact, ContactKind
from accounts.models import MemberRole, Membership, OfficeLevel, Role, RoleGrant, User
from accounts.operations.audit import record_act
from accounts.operations.passwords import hash_new_password
from accounts.operations.second_factor import set_second_factor
from accounts.operations.sign_up import NewPerson, make_account
from accounts.tokens import new_token
from accounts.totp import new_secret
from catalog.models import Place, Producer
from core.db import db
from core.i18n import LazyText, gettext, lazy_gettext
from core.keys import KeyRing

PASSWORD_LETTERS: Final = 16


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """Somebody to sign in as. mailbox: before «@demo.example». at: «first» or «second» producer, for members."""

    mailbox: str
    name: str
    meaning: LazyText
    member_role: MemberRole | None = None
    at: str = ""
    role: Role | None = None
    level: OfficeLevel | None = None


@dataclass(frozen=True, slots=True)
class SignIns:
    """What opens all sign-ins of one build. secret: of the authenticator app, for those with a second step."""

    password: str
    password_hash: str
    secret: str


PEOPLE: Final[tuple[PersonPlan, ...]] = (
    PersonPlan("nguoi-mua", "Người Mua Thử", lazy_gettext("shopper")),
    PersonPlan("nha-buon", "Nhà Buôn Thử", lazy_gettext("trade buyer")),
    PersonPlan("chu-co-so", "Chủ Cơ Sở Thử", lazy_gettext("producer: owner"), MemberRole.OWNER, "first"),
    PersonPlan("bien-tap", "Biên Tập Thử", lazy_gettext("producer: editor"), MemberRole.EDITOR, "first"),
    PersonPlan("dong-goi", "Đóng Gói Thử", lazy_gettext("producer: packer"), MemberRole.PACKER, "first"),
    PersonPlan(
        "chu-co-so-2",
        "Chủ Cơ Sở Hai Thử",
        lazy_gettext("another producer: owner"),
        MemberRole.OWNER,
        "second",
    ),
    PersonPlan(
        "can-bo-tinh-1",
        "Cán Bộ Tỉnh Một Thử",
        lazy_gettext("officer of the province of the first producer"),
        role=Role.OFFICER,
        level=OfficeLevel.PROVINCE,
    ),
    PersonPlan(
        "can-bo-tinh-2",
        "Cán Bộ Tỉnh Hai Thử",
        lazy_gettext("second officer of that province: releases what the first recorded"),
        role=Role.OFFICER,
        level=OfficeLevel.PROVINCE,
    ),
    PersonPlan(
        "can-bo-xa",
        "Cán Bộ Xã Thử",
        lazy_gettext("officer of the commune"),
        role=Role.OFFICER,
        level=OfficeLevel.COMMUNE,
    ),
    PersonPlan(
        "can-bo-bo-1",
        "Cán Bộ Bộ Một Thử",
        lazy_gettext("officer of the ministry (5 stars)"),
        role=Role.OFFICER,
        level=OfficeLevel.NATION,
    ),
    PersonPlan(
        "can-bo-bo-2",
        "Cán Bộ Bộ Hai Thử",
        lazy_gettext("second officer of the ministry"),
        role=Role.OFFICER,
        level=OfficeLevel.NATION,
    ),
    PersonPlan("to-chuc", "Ban Tổ Chức Thử", lazy_gettext("organiser of fairs"), role=Role.ORGANISER),
    PersonPlan("quan-tri", "Quản Trị Thử", lazy_gettext("administrator"), role=Role.ADMINISTRATOR),
)


def drawn_sign_ins() -> SignIns:
    """A password and a secret for one build. Slow by the hash: before any transaction is open."""
    password = new_token().replace("-", "").replace("_", "")[:PASSWORD_LETTERS]
    return SignIns(password, hash_new_password(password, ()), new_secret())


def build_people(sign_ins: SignIns, keys: KeyRing, *, now: datetime) -> dict[str, User]:
    """Make the accounts, with their place at the demonstration's producers and their roles; by mailbox."""
    producers = {"first": _producer(0), "second": _producer(1)}
    made = {}
    for plan in PEOPLE:
        user = make_account(
            NewPerson(
                name=plan.name,
                contacts=(Contact(ContactKind.EMAIL, mail_address(plan)),),
                password_hash=sign_ins.password_hash,
                is_demonstration=True,
            ),
            now=now,
        )
        db.session.flush()
        if plan.member_role is not None:
            _join(user, producers[plan.at], plan.member_role, now)
        if plan.role is not None:
            _appoint(user, plan, producers["first"].place, now)
            set_second_factor(user.id, sign_ins.secret, keys, now=now)
        made[plan.mailbox] = user
    return made


def mail_address(plan: PersonPlan) -> str:
    """The address that `plan` signs in with."""
    return f"{plan.mailbox}@demo.example"


def sign_in_lines(sign_ins: SignIns, base_url: str) -> Sequence[str]:
    """The list of sign-ins in the present language. base_url: without a slash at the end."""
    lines = [
        gettext(
            "Sign in at %(address)s with the password %(password)s",
            address=f"{base_url}/sign-in",
            password=sign_ins.password,
        )
    ]
    lines += [f"  {mail_address(plan):30} {plan.meaning}" for plan in PEOPLE]
    lines.append(
        gettext(
            "Officers, organisers and administrators are asked for a code of their app. Its secret is %(secret)s;"
            " «flask accounts code ADDRESS» shows the code of the moment.",
            secret=sign_ins.secret,
        )
    )
    return lines


def _producer(index: int) -> Producer:
    """The demonstration's producers in the order in which they were built."""
    wanted = select(Producer).where(Producer.is_demonstration).order_by(Producer.id).offset(index).limit(1)
    return db.session.scalars(wanted).one()


def _join(user: User, producer: Producer, role: MemberRole, now: datetime) -> None:
    db.session.add(Membership(user_id=user.id, producer_id=producer.id, role=role.value, joined_at=now))
    record_act(
        "accounts.join_team",
        by=None,
        subject=f"user:{user.id}",
        after={"role": role.value},
        producer_id=producer.id,
        now=now,
    )


def _appoint(user: User, plan: PersonPlan, place: Place | None, now: datetime) -> None:
    has_area = plan.level in {OfficeLevel.PROVINCE, OfficeLevel.COMMUNE}
    area = {
        "level": plan.level.value if plan.level else None,
        "province_code": place.current_province_code if place and has_area else None,
        "commune_code": place.current_commune_code if place and plan.level is OfficeLevel.COMMUNE else None,
    }
    role = plan.role.value if plan.role else ""
    db.session.add(RoleGrant(user_id=user.id, role=role, granted_at=now, **area))
    record_act(
        "accounts.grant_role", by=None, subject=f"user:{user.id}", after={"role": role, **area}, now=now
    )
