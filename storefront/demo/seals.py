"""Keys of the demonstration: its log is signed and one of its runs of stamps is sealed, as on a real site.

The root key lies beside the others, which no real site does: there it is kept offline (docs/stamps.md).
"""

from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import func, select

from core.clock import vietnam_date
from core.config import Settings
from core.db import db
from core.i18n import gettext
from traceability.models import Lot, LotKind, StampRun
from traceability.operations.sealing import (
    add_seal_key,
    create_root_key,
    publish_key_list,
    sealed_addresses,
)
from traceability.operations.stamps import RunOrder, issue_run
from traceability.queries.recalls import lot_is_recalled
from traceability.queries.stamp_states import iter_codes
from transparency.errors import KeyFileExistsError
from transparency.key_files import write_key
from transparency.notes import new_key
from transparency.queries.checkpoints import default_origin

ROOT_FILE: Final = "stamp-root.key"
COUNT: Final = 3
SIGNATURE_AT: Final = 40
"""A letter well within the signature, behind the number of the key and its month."""


def sign_and_seal(settings: Settings, *, now: datetime) -> tuple[str, ...]:
    """Make the keys where there are none, and a sealed run; addresses with what their pages say, one line each.

    () where keys of an earlier demonstration lie in the data folder: they belong to a log and to stamps that are gone.
    """
    folder = settings.stamp_keys_dir
    if folder.exists() or settings.log.log_key_file.exists():
        return ()
    _sign_log(settings)
    host = urlsplit(settings.public_base_url).netloc
    root = create_root_key(settings.instance_dir / "keys" / ROOT_FILE, host)
    add_seal_key(folder, not_before=vietnam_date(now), now=now)
    publish_key_list(root, host, now=now)
    lot = _lot_with_room(now)
    if lot is None:
        return ()
    run = issue_run(lot, COUNT, RunOrder(is_sealed=True), by_id=None, now=now)
    return _lines(run, settings.public_base_url, folder)


def _sign_log(settings: Settings) -> None:
    try:
        write_key(settings.log.log_key_file, new_key(default_origin(settings.public_base_url)))
    except KeyFileExistsError:
        return


def _lot_with_room(now: datetime) -> Lot | None:
    """The oldest lot of goods that are good, not being recalled, and have packs without a code."""
    issued = (
        select(func.coalesce(func.sum(StampRun.stamp_count), 0))
        .where(StampRun.lot_id == Lot.id)
        .scalar_subquery()
    )
    wanted = select(Lot).where(
        Lot.kind == LotKind.GOODS,
        Lot.expires_on > vietnam_date(now),
        Lot.quantity >= issued + COUNT,
        ~lot_is_recalled(Lot.__table__.c.id, Lot.__table__.c.product_id),
    )
    return db.session.scalars(wanted.order_by(Lot.id).limit(1)).first()


def _lines(run: StampRun, base_url: str, folder: Path) -> tuple[str, ...]:
    _code, url = next(
        sealed_addresses(run, iter_codes(run.id, (1, 1)), base_url, folder, on=vietnam_date(run.issued_at))
    )
    at = len(base_url) + SIGNATURE_AT
    wrong = url[:at] + ("1" if url[at] != "1" else "2") + url[at + 1 :]
    told, told_wrong = gettext("valid, with a seal"), gettext("one letter of the seal changed")
    return (
        gettext("Sealed stamps, which a telephone that was here before checks without a network:"),
        f"  {url}  {told}",
        f"  {wrong}  {told_wrong}",
        "  " + gettext("Labels of the run: flask traceability stamp-sheet %(run)s FILE.pdf", run=run.id),
    )
