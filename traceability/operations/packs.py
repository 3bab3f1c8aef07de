"""Lists of codes for use without a network: planned by an operator, made by the worker or a command, never by pages."""

import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Final

from sqlalchemy import select

from core.clock import vietnam_date
from core.db import db
from traceability.errors import InvalidPackError, SealingNotOfferedError
from traceability.models import Lot, LotKind
from traceability.models.packs import OfflinePack
from traceability.operations.sealing import read_private_key
from traceability.operations.texts import required_line
from traceability.packs import SALT_BYTES, note_key_name, pack_content, signed_pack
from traceability.queries.packs import pack_lots
from traceability.queries.sealing import find_published_keys
from transparency.notes import SigningKey

TITLE_MAX: Final = 120
LOTS_MAX: Final = 2_000

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME_MAX: Final = 60


def plan_pack(name: str, title: str, lots: Iterable[Lot]) -> OfflinePack:
    """Say what the list `name` holds from its next making on. A list of that name takes over title and lots.

    name: small letters, digits and hyphens, 60 at most: it stands in the address. Raises InvalidPackError (also for raw
    material, which bears no stamps), InvalidTextError.
    """
    wanted = list({lot.id: lot for lot in lots}.values())
    if len(name) > _NAME_MAX or not _NAME.fullmatch(name):
        raise InvalidPackError(name=name, reason="name")
    if not wanted or len(wanted) > LOTS_MAX or any(lot.kind != LotKind.GOODS for lot in wanted):
        raise InvalidPackError(name=name, reason="lots")
    pack = db.session.scalar(select(OfflinePack).where(OfflinePack.name == name).with_for_update())
    if pack is None:
        pack = OfflinePack(name=name)
        db.session.add(pack)
    pack.title, pack.lots = required_line("title", title)[:TITLE_MAX], wanted
    db.session.flush()
    return pack


def make_pack(pack: OfflinePack, folder: Path | None, *, now: datetime) -> OfflinePack:
    """Make the file of `pack` anew from what is on record, signed with the key that seals stamps now.

    folder: of private keys. Raises SealingNotOfferedError; then the old file stays, with its date.
    """
    published = find_published_keys()
    on = vietnam_date(now)
    key = published.keys.signing_key(on) if published else None
    if published is None or key is None:
        raise SealingNotOfferedError(reason="no_key", kid=None)
    origin = published.keys.origin
    signing = SigningKey(note_key_name(origin, key.kid), read_private_key(folder, key.kid))
    lots = [part for lot in pack.lots for part in pack_lots(lot.id, on)]
    content = pack_content(pack.title, lots, token_bytes(SALT_BYTES))
    file = signed_pack(origin, pack.name, content, signing, made_at=now).encode()
    pack.file, pack.digest, pack.byte_count = file, sha256(file).hexdigest(), len(file)
    pack.code_count, pack.made_at = sum(len(each.codes) for each in lots), now
    db.session.flush()
    return pack


def make_packs(folder: Path | None, *, now: datetime) -> int:
    """Make every list anew, and say how many. Raises SealingNotOfferedError while none can be signed."""
    packs = db.session.scalars(select(OfflinePack).order_by(OfflinePack.id)).all()
    for pack in packs:
        make_pack(pack, folder, now=now)
    return len(packs)
