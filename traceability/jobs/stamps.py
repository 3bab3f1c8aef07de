"""Long work on stamps for a person: large runs, and sheets of labels as PDF."""

import io
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from flask import current_app

from accounts.errors import NotYoursError
from accounts.queries.actors import get_actor
from core import clock
from core.config import Settings
from core.db import transaction
from core.errors import ConflictError, InvalidError
from core.i18n import format_number, gettext
from core.tasks.models import FileRole
from core.tasks.queue import FileFacts
from core.tasks.running import Run, TaskFailedError, task_kind
from traceability.jobs.sentences import refusal_sentence
from traceability.models import Lot, SheetPrint, StampKind, StampRun
from traceability.operations.sealing import sealed_addresses
from traceability.operations.stamps import RunOrder, issue_run
from traceability.operations.states import record_print
from traceability.permissions import can_record_events
from traceability.press.calibration import correction_of
from traceability.press.rolls import ROLL_LANGUAGES
from traceability.press.sheets import write_labels
from traceability.printed import LabelFacts
from traceability.queries.origin_desk import get_own_lot
from traceability.queries.runs import get_run, get_run_of_lot
from traceability.queries.stamp_states import count_codes, iter_codes
from transparency.queries.checkpoints import short_checkpoint

ISSUE_RUN: Final = "traceability.issue_run"
PRINT_SHEETS: Final = "traceability.print_sheets"
TYPES: Final = {
    "pdf": "application/pdf",
    "zpl": "application/octet-stream",
    "tspl": "application/octet-stream",
}
REPORT_EVERY: Final = 1_000


@task_kind(ISSUE_RUN)
def issue_large_run(run: Run) -> None:
    """Issue a run of many codes: all of them, or none."""
    count, kind = int(run.facts["count"]), StampKind(run.facts["kind"])
    run.report(done=0, total=count)
    order = RunOrder(
        kind=kind, is_sealed=bool(run.facts["is_sealed"]), is_active=bool(run.facts["is_active"])
    )
    with transaction():
        lot = _lot_of(run)
        try:
            issued = issue_run(lot, count, order, by_id=run.owner_id, now=clock.now())
        except (ConflictError, InvalidError) as error:
            raise TaskFailedError(message=refusal_sentence(error)) from error
        page_path = f"/workspace/{lot.product.producer_id}/lots/{lot.id}/stamps/{issued.id}"
        run.end(
            gettext("%(count)s stamps were issued.", count=format_number(count)),
            total=count,
            ok=count,
            page_path=page_path,
        )


@task_kind(PRINT_SHEETS)
def print_sheets(run: Run) -> None:
    """Make a file of labels, for the printer asked for. Only here and in commands private keys of seals are read."""
    facts = run.facts
    _lot_of(run)
    stamps = get_run_of_lot(int(facts["lot_id"]), int(facts["run_id"]))
    first, last = int(facts["first"]), int(facts["last"])
    sheet = SheetPrint(
        first=first,
        last=last,
        layout=str(facts["layout"]),
        start=int(facts["start"]),
        spoiled=len(facts["spoiled"]),
        label_count=count_codes(stamps.id, (first, last)) * int(facts["copies"]),
        reason=facts["reason"] or None,
    )
    language = str(facts.get("printer", "pdf")).partition("-")[0]
    total, name = sheet.label_count, f"stamps-{stamps.id}-{sheet.first}-{sheet.last}.{language}"
    try:
        content = _pressed(run, stamps, sheet)
        with transaction():
            record_print(get_run(stamps.id), sheet, by_id=run.owner_id, now=clock.now())
            run.end(
                gettext("The labels are ready."),
                total=total,
                ok=total,
                files=[FileFacts(FileRole.RESULT, name, TYPES[language], content)],
            )
    except (ConflictError, InvalidError) as error:
        raise TaskFailedError(message=refusal_sentence(error)) from error


def _pressed(run: Run, stamps: StampRun, sheet: SheetPrint) -> bytes:
    settings: Settings = current_app.extensions["settings"]
    base_url, keys = settings.public_base_url, settings.stamp_keys_dir
    addresses = sealed_addresses(
        stamps,
        iter_codes(stamps.id, (sheet.first, sheet.last)),
        base_url,
        keys,
        on=clock.today(),
        without_seal=bool(run.facts.get("is_unsealed")),
    )
    facts = label_facts(stamps, urlsplit(base_url).netloc)
    labels = _counted(addresses, int(run.facts["copies"]), run, sheet.label_count)
    language, _dash, dots = str(run.facts.get("printer", "pdf")).partition("-")
    if language in ROLL_LANGUAGES:
        return b"".join(ROLL_LANGUAGES[language](facts, labels, layout=sheet.layout, dots_per_inch=int(dots)))
    offset_mm, scale = correction_of(sheet.layout, tuple(run.facts.get("measured_mm", [None] * 4)))
    file = io.BytesIO()
    write_labels(
        file,
        facts,
        labels,
        layout=sheet.layout,
        start=sheet.start,
        skip=frozenset(run.facts["spoiled"]),
        offset_mm=offset_mm,
        scale=scale,
        margin_note=short_checkpoint(base_url),
    )
    return file.getvalue()


def label_facts(run: StampRun, host: str) -> LabelFacts:
    """What all labels of the run have in common. host: of the printed addresses."""
    lot = run.lot
    return LabelFacts(
        product_name=lot.product.name,
        lot_code=lot.code,
        produced_on=lot.produced_on,
        expires_on=lot.expires_on,
        gtin=run.gtin,
        host=host,
        is_lot_code=run.kind == StampKind.LOT,
        is_demonstration=lot.product.is_demonstration,
    )


def _lot_of(run: Run) -> Lot:
    """The lot that the task is about, if its owner may still work for its producer. Raises NotYoursError."""
    producer_id = int(run.facts["producer_id"])
    if not can_record_events(get_actor(run.owner_id), producer_id):
        raise NotYoursError(producer_id=producer_id)
    return get_own_lot(producer_id, int(run.facts["lot_id"]))


def _counted(
    labels: Iterable[tuple[str, str]], copies: int, run: Run, total: int
) -> Iterator[tuple[str, str]]:
    """Each label as often as it is wanted, and now and then word of how far that is."""
    done = 0
    for code, url in labels:
        for _copy in range(copies):
            yield code, url
            done += 1
            if done % REPORT_EVERY == 0:
                run.report(done=min(done, total), total=total, ok=min(done, total))
