"""Keeps the feeds of the whole shop true: looks every few minutes, and makes them anew when anything has changed."""

import hashlib
import logging
import shutil
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Final

from flask import current_app

from catalog.queries.change_feed import last_seq
from core import clock
from core.config import Settings
from core.db import db, transaction
from core.jobs.registry import job
from core.pieced_files import RUN
from promotion.feeds.judging import Shop
from promotion.feeds.keeping import EVERY, MADE_ANEW_AFTER, Kept, alone, find_kept, put_in_place, still_right
from promotion.feeds.making import MadeFile, make_shop
from promotion.feeds.reading import FileCheck, check_file
from promotion.operations.channels import RunFacts, record_runs
from promotion.queries.channel_goods import iter_goods_on_sale
from promotion.queries.channels import exclusions_version

log = logging.getLogger(__name__)

BLOCK_BYTES: Final = 1 << 20
NEW: Final = "new-"


@job("promotion.make_feeds", every=EVERY)
def make_feeds() -> None:
    """Make the feeds anew if anything in them may have changed, else note that they are still right."""
    settings: Settings = current_app.extensions["settings"]
    folder = feeds_folder(settings)
    with alone(folder) as may_make:
        if may_make:
            _refresh(folder, shop_of(settings), clock.now(), clock.today())


def feeds_folder(settings: Settings) -> Path:
    """Where the feeds of the whole shop are kept, for all processes."""
    return settings.instance_dir / "feeds"


def shop_of(settings: Settings) -> Shop:
    """The shop of which files tell. Made-up goods are shown to nobody outside in production."""
    return Shop(base_url=settings.public_base_url, takes_demonstration=not settings.is_production)


def _refresh(folder: Path, shop: Shop, now: datetime, on: date) -> None:
    _clear_up(folder)
    seq = last_seq(db.engine)
    state = f"{RUN}-{shop.base_url}-{on.isoformat()}-{seq}-{exclusions_version()}"
    kept = find_kept(folder)
    if kept and all(each.state == state and now - each.made_at < MADE_ANEW_AFTER for each in kept.values()):
        put_in_place(folder, still_right(kept, now))
        return
    with tempfile.TemporaryDirectory(prefix=NEW, dir=folder) as name:
        made = make_shop(Path(name), iter_goods_on_sale(on, now), shop, on, now)
        db.session.rollback()  # nothing is held while files are read again
        checks = {each.name: check_file(each.plain, each.name, on) for each in made.files}
        for each in made.files:
            kept = kept | _placed(folder, each, checks[each.name], (now, on, state))
        put_in_place(folder, kept)
        runs = [_run(each, checks[each.name], on, seq, kept) for each in made.files]
    with transaction():
        record_runs(runs, made.counts, now=now)
    log.info("feeds made", extra={"rows": sum(each.row_count for each in runs)})


def _clear_up(folder: Path) -> None:
    """Delete what a worker left that was ended while it made files; nobody else makes any now."""
    for other in folder.glob(f"{NEW}*"):
        shutil.rmtree(other, ignore_errors=True)


def _placed(
    folder: Path, made: MadeFile, check: FileCheck, moment: tuple[datetime, date, str]
) -> dict[str, Kept]:
    """The file moved into `folder` under a name of its own, or nothing if reading it again found anything."""
    now, on, state = moment
    if check.breach_count or check.row_count != made.row_count:
        log.error("feed not put in place", extra={"file": made.name, "breaches": check.breach_count})
        return {}
    tag = _digest(made.plain)
    plain, packed = f"{tag}-{made.name}", f"{tag}-{made.name}.gz"
    byte_count = made.plain.stat().st_size
    shutil.move(made.plain, folder / plain)
    shutil.move(made.packed, folder / packed)
    kept = Kept(
        name=made.name,
        plain=plain,
        packed=packed,
        made_at=now,
        as_of=now,
        judged_on=on,
        state=state,
        tag=tag,
        row_count=made.row_count,
        byte_count=byte_count,
    )
    return {made.name: kept}


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while block := opened.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()[:20]


def _run(made: MadeFile, check: FileCheck, on: date, seq: int, kept: dict[str, Kept]) -> RunFacts:
    placed = kept.get(made.name)
    return RunFacts(
        name=made.name,
        judged_on=on,
        seq=seq,
        row_count=made.row_count,
        breach_count=check.breach_count,
        byte_count=placed.byte_count if placed else 0,
    )
