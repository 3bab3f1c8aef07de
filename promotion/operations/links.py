"""Making short links: what posters, cards, the share kit and run sheets print."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from core.db import db
from promotion.errors.reach import InvalidLinkError
from promotion.models.reach import ShortLink, SourceKind
from promotion.short_keys import LinkWish, is_own_path, new_key


def make_link(
    source_kind: str,
    source_id: int | None,
    target: str,
    *,
    by: Actor | None,
    now: datetime,
    producer_id: int | None = None,
    product_id: int | None = None,
    fair_id: int | None = None,
    campaign_id: int | None = None,
) -> ShortLink:
    """The short link to `target`; the same wish gives the same link, also when two ask at once.

    source_kind: of `SourceKind`; source_id: the booth, collection, session, … on which it stands.
    target: a path of this site without language («/products/tra-shan»). Whom visits are counted for: the others.
    Raises InvalidLinkError (`reason`: kind or target); nothing was made then.
    """
    if source_kind not in set(SourceKind):
        raise InvalidLinkError(reason="kind", source_kind=source_kind)
    if not is_own_path(target):
        raise InvalidLinkError(reason="target", target=target)
    wish = LinkWish(str(source_kind), source_id, target, producer_id, product_id, fair_id, campaign_id)
    found = _find(wish)
    while found is None:  # a key that is taken is drawn anew; the wish of somebody else a moment ago is found
        _insert(wish, by=by, now=now)
        found = _find(wish)
    return found


def _find(wish: LinkWish) -> ShortLink | None:
    return db.session.scalar(select(ShortLink).where(ShortLink.digest == wish.digest()))


def _insert(wish: LinkWish, *, by: Actor | None, now: datetime) -> None:
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    values = {
        **asdict(wish),
        "key": new_key(),
        "digest": wish.digest(),
        "made_by_id": by.user_id if by else None,
        "created_at": now,
    }
    db.session.execute(of_dialect.insert(ShortLink.__table__).values(values).on_conflict_do_nothing())
