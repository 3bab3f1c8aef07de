"""Who acts, and how far that person's word reaches. Pure values: no database, no request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

CONFIRMED_FOR: Final = timedelta(minutes=10)
"""How long a sign-in, or a password or code given again, opens dangerous acts. Source: OWASP ASVS 5.0.0, 7.5.1."""


@dataclass(frozen=True, slots=True)
class Post:
    """An officer's post: level «nation», «province» or «commune» and the codes of its area (places of today)."""

    level: str
    province_code: str | None = None
    commune_code: str | None = None

    def covers(self, province_code: str | None, commune_code: str | None) -> bool:
        """Whether a place of today lies in the area of this post. What has no known place only the nation covers."""
        if self.level == "nation":
            return True
        if province_code is None or province_code != self.province_code:
            return False
        return self.level == "province" or (commune_code is not None and commune_code == self.commune_code)


@dataclass(frozen=True, slots=True)
class Team:
    """A person's place at a producer: role «owner», «editor» or «packer».

    scopes: what an owner agreed to, of one who only assists: «listings», «stock», «certificates»; else of no meaning.
    """

    producer_id: int
    role: str
    is_assisting: bool = False
    scopes: frozenset[str] = frozenset()

    def works_on(self, scope: str) -> bool:
        """Whether `scope` is the person's to work on: anything for a member, what is named for one who assists."""
        return not self.is_assisting or scope in self.scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person who is signed in (or, without a session, on whose behalf a command runs)."""

    user_id: int
    name: str = ""
    language: str = "vi"
    session_id: int | None = None
    posts: tuple[Post, ...] = ()
    teams: tuple[Team, ...] = ()
    is_organiser: bool = False
    is_administrator: bool = False
    is_demonstration: bool = False
    confirmed_at: datetime | None = None
    second_factor_at: datetime | None = None

    @property
    def is_officer(self) -> bool:
        return bool(self.posts)

    @property
    def needs_second_factor(self) -> bool:
        """Officers, organisers and administrators. Source: OWASP ASVS 5.0.0, 6.3.3; docs/decisions/0016."""
        return self.is_officer or self.is_organiser or self.is_administrator

    def covers(self, province_code: str | None, commune_code: str | None = None) -> bool:
        """Whether one of the posts covers a place of today."""
        return any(post.covers(province_code, commune_code) for post in self.posts)

    def role_at(self, producer_id: int | None) -> str | None:
        """The role at a producer, None if the person is no member of it."""
        return next((team.role for team in self.teams if team.producer_id == producer_id), None)

    def is_confirmed(self, now: datetime) -> bool:
        """Whether the person proved just now to be the one who signed in."""
        return self.confirmed_at is not None and now - self.confirmed_at <= CONFIRMED_FOR
