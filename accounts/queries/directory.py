"""Looking people up, for administrators: only who is asked for, and of each no more than is needed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from accounts.errors import UserNotFoundError
from accounts.models import RoleGrant, User
from core.db import db
from core.phones import vietnamese_phone
from core.places import Vintage, find_commune_by_code, find_province_by_code
from core.text import clean_line

WORDS_MIN: Final = 3
SHOWN_MOST: Final = 20
TAIL: Final = 3


@dataclass(frozen=True, slots=True)
class GrantView:
    """A role in words. area: «Xã Nam Dong, Lâm Đồng», empty for none."""

    id: int
    role: str
    level: str | None
    area: str
    granted_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as found. phone, email: masked but for what tells two people apart."""

    id: int
    name: str
    phone: str
    email: str
    created_at: datetime
    grants: tuple[GrantView, ...]

    @property
    def held(self) -> tuple[GrantView, ...]:
        """The roles that have not ended."""
        return tuple(each for each in self.grants if each.ended_at is None)


def find_people(words: str) -> list[PersonLine]:
    """People whose telephone number or e-mail address is `words`, or whose name holds them; at most 20.

    Fewer than 3 letters find nobody: this is no list to leaf through.
    """
    asked = clean_line(words)
    if len(asked) < WORDS_MIN:
        return []
    found = (
        select(User)
        .where(
            User.erased_at.is_(None),
            or_(
                User.phone == (vietnamese_phone(asked) or asked),
                User.email == asked.lower(),
                User.name.icontains(asked, autoescape=True),
            ),
        )
        .options(selectinload(User.grants))
        .order_by(User.name, User.id)
        .limit(SHOWN_MOST)
    )
    return [_line(user) for user in db.session.scalars(found)]


def list_officials() -> list[PersonLine]:
    """Everybody who holds a role."""
    held = select(RoleGrant.user_id).where(RoleGrant.ended_at.is_(None))
    rows = (
        select(User).where(User.id.in_(held)).options(selectinload(User.grants)).order_by(User.name, User.id)
    )
    return [_line(user) for user in db.session.scalars(rows)]


def get_person(user_id: int) -> PersonLine:
    """The person with all roles, those that ended too. Raises UserNotFoundError."""
    user = db.session.get(User, user_id, options=[selectinload(User.grants)])
    if user is None or user.erased_at is not None:
        raise UserNotFoundError(user_id=user_id)
    return _line(user)


def mask_phone(phone: str | None) -> str:
    """«••• ••• 321»."""
    return f"••• ••• {phone[-TAIL:]}" if phone else ""


def mask_email(email: str | None) -> str:
    """«la•••@example.vn»."""
    if not email:
        return ""
    local, _at, domain = email.partition("@")
    return f"{local[:2]}•••@{domain}"


def _line(user: User) -> PersonLine:
    return PersonLine(
        id=user.id,
        name=user.name or "",
        phone=mask_phone(user.phone),
        email=mask_email(user.email),
        created_at=user.created_at,
        grants=tuple(_grant_view(each) for each in user.grants),
    )


def _grant_view(grant: RoleGrant) -> GrantView:
    commune = find_commune_by_code(grant.commune_code) if grant.commune_code else None
    province = (
        find_province_by_code(grant.province_code, Vintage.SINCE_2025_07) if grant.province_code else None
    )
    parts = [commune.name if commune else "", province.short_name if province else ""]
    area = ", ".join(part for part in parts if part)
    return GrantView(grant.id, grant.role, grant.level, area, grant.granted_at, grant.ended_at)
