"""Keys that seal stamps: made, revoked, published; and seals made with them.

Private keys are files in one folder, `stamp-<kid>.key`, that only commands and the worker read: what answers pages gets
no folder handed in and cannot seal (threat T-01). The root key signs the list and lies elsewhere, offline.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select

from core.clock import vietnam_date
from core.db import db
from traceability.errors import InvalidSealKeyError, SealingNotOfferedError
from traceability.models import Lot, SealKey, SealKeyList, SealKeyRevocation, StampRun
from traceability.operations.texts import required_line
from traceability.printed import printed_path
from traceability.queries.logged_stamps import KEY_LIST, key_list_entry
from traceability.queries.sealing import find_published_keys, forget_published_keys, list_seal_keys
from traceability.seal_keys import key_list_text
from traceability.seals import KID_MAX, last_day, month_of, seal_of
from transparency.errors import KeyFileExistsError, UnreadableKeyError
from transparency.key_files import read_keys, write_key
from transparency.notes import SigningKey, new_key, sign_note
from transparency.operations import append

KEY_YEARS: Final = 6
"""How long seals of a key count. New seals are made with the newest key, so a key seals for one year when keys are
rotated yearly, and its seals outlive it: goods are good for up to some years. Source: decision 0040."""
AFTER_EXPIRY: Final = timedelta(days=366)
"""A seal counts for another year after the last good day: it says who issued the paper, not that goods are good."""
WITHOUT_EXPIRY: Final = timedelta(days=3 * 366)


def add_seal_key(folder: Path, *, not_before: date, not_after: date | None = None, now: datetime) -> SealKey:
    """Make a new key: its private half as a file in `folder`, its public half as a row. It counts once published.

    not_before, not_after: Vietnam dates, both included; without the second, `KEY_YEARS` years.
    Raises InvalidSealKeyError for days the wrong way round, when all numbers are used, or if the file cannot be made.
    """
    last = not_after or _years_later(not_before, KEY_YEARS)
    if last < not_before:
        raise InvalidSealKeyError(value=last, reason="days")
    used = db.session.scalars(select(SealKey.kid).order_by(SealKey.kid.desc()).limit(1)).first()
    kid = 1 if used is None else used + 1
    if kid > KID_MAX:
        raise InvalidSealKeyError(value=kid, reason="kid")
    private = new_key(f"stamp-{kid}")
    _write(folder / _file_name(kid), private)
    key = SealKey(
        kid=kid, public_key=private.verifier.public, not_before=not_before, not_after=last, added_at=now
    )
    db.session.add(key)
    db.session.flush()
    return key


def revoke_seal_key(kid: int, *, reason: str, now: datetime) -> SealKeyRevocation:
    """From today no seal of the key counts; phones learn it from the next published list.

    Raises InvalidSealKeyError for a number that no key has or that was revoked before, InvalidTextError.
    """
    key = db.session.get(SealKey, kid)
    if key is None or key.revocation is not None:
        raise InvalidSealKeyError(value=kid, reason="kid")
    row = SealKeyRevocation(
        kid=kid, revoked_on=vietnam_date(now), reason=required_line("reason", reason), revoked_at=now
    )
    db.session.add(row)
    db.session.flush()
    return row


def publish_key_list(root: SigningKey, origin: str, *, now: datetime) -> SealKeyList:
    """Sign the list of all keys with the root key, and show it from now on. It goes into the public log.

    origin: host of the printed addresses. Raises InvalidSealKeyError while there is no key.
    """
    keys = list_seal_keys()
    if not keys:
        raise InvalidSealKeyError(value=0, reason="empty")
    note = sign_note(key_list_text(origin, now, keys), root)
    row = SealKeyList(note=note.signed_text, root=root.verifier.text, issued_at=now)
    db.session.add(row)
    db.session.flush()
    append(KEY_LIST, *key_list_entry(row), now)
    forget_published_keys()
    return row


def choose_seal(lot: Lot, *, now: datetime) -> tuple[int, int]:
    """Key and last month for seals of a new run of `lot`; no private key is needed for that.

    Raises SealingNotOfferedError while no published key is in force.
    """
    on = vietnam_date(now)
    published = find_published_keys()
    key = published.keys.signing_key(on) if published else None
    if key is None:
        raise SealingNotOfferedError(reason="no_key", kid=None)
    until = lot.expires_on + AFTER_EXPIRY if lot.expires_on else on + WITHOUT_EXPIRY
    return key.kid, month_of(min(max(until, on), key.not_after))


def sealed_addresses(
    run: StampRun,
    codes: Iterable[str],
    base_url: str,
    folder: Path | None,
    *,
    on: date,
    without_seal: bool = False,
) -> Iterator[tuple[str, str]]:
    """Each of `codes` with the address that is printed for it on `on`, sealed where the run is; one after the other.

    base_url: PUBLIC_BASE_URL. folder: of private keys, read only for a sealed run. without_seal: leave the seal of a
    sealed run out; its stamps are found by their codes all the same.
    Raises SealingNotOfferedError where the key of the run is not in the folder or its seals do not count.
    """
    seed = None
    if run.seal_kid is not None and not without_seal:
        require_seal(run, on)
        seed = read_private_key(folder, run.seal_kid)
    for code in codes:
        path = printed_path(code, gtin=run.gtin, lot_code=run.lot.code)
        if seed is None or run.seal_kid is None or run.seal_month is None:
            yield code, f"{base_url}{path}"
        else:
            yield code, f"{base_url}/{seal_of(seed, run.seal_kid, run.seal_month, path)}{path}"


def require_seal(run: StampRun, on: date) -> None:
    """Do nothing if stamps of `run` can be printed on `on` (Vietnam) as ordered: it has no seals, or they count.

    Raises SealingNotOfferedError (`revoked`, `over`): every phone would tell of such a seal that it proves nothing.
    """
    key = None if run.seal_kid is None else db.session.get(SealKey, run.seal_kid)
    if key is None or run.seal_month is None:
        return
    if key.revocation is not None:
        raise SealingNotOfferedError(reason="revoked", kid=key.kid)
    if on > min(key.not_after, last_day(run.seal_month)):
        raise SealingNotOfferedError(reason="over", kid=key.kid)


def read_private_key(folder: Path | None, kid: int) -> bytes:
    """The seed of a key that is on record. Raises SealingNotOfferedError if its file is not here or not its own."""
    key = db.session.get(SealKey, kid)
    if folder is None or key is None:
        raise SealingNotOfferedError(reason="no_file", kid=kid)
    try:
        kept = read_keys(folder / _file_name(kid))
    except UnreadableKeyError:
        raise SealingNotOfferedError(reason="no_file", kid=kid) from None
    if len(kept) != 1 or kept[0].verifier.public != key.public_key:
        raise SealingNotOfferedError(reason="no_file", kid=kid)
    return kept[0].seed


def create_root_key(file: Path, origin: str) -> SigningKey:
    """Make a root key and write it to a new file. Raises InvalidSealKeyError if there is one already."""
    root = new_key(f"{origin}/stamp-keys")
    _write(file, root)
    return root


def read_root_key(file: Path) -> SigningKey:
    """The root key in `file`. Raises InvalidSealKeyError."""
    try:
        (root,) = read_keys(file)
    except (UnreadableKeyError, ValueError):
        raise InvalidSealKeyError(value=str(file), reason="root") from None
    return root


def _write(file: Path, key: SigningKey) -> None:
    try:
        write_key(file, key)
    except (KeyFileExistsError, OSError):
        raise InvalidSealKeyError(value=str(file), reason="file") from None


def _file_name(kid: int) -> str:
    return f"stamp-{kid}.key"


def _years_later(day: date, years: int) -> date:
    """The day before that of the same name, so many years later."""
    return date(day.year + years, day.month, min(day.day, 28)) - timedelta(days=1)
