"""A producer's log of fairs for criterion 4.3 of its dossier: as a page, a paper and a table."""

import csv
import io
from typing import Final

from flask import Response, current_app, render_template

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.models import Producer
from catalog.permissions.workspace import can_enter_workspace
from catalog.product_sheet.files import CSV_TYPE
from catalog.queries.workspace import get_own_producer
from catalog.spreadsheets import FORMULA_STARTS
from core import clock
from core.config import Settings
from core.limits import rate_limited
from promotion.papers.evidence import counts, place_words, write_log
from promotion.permissions.fairs import can_see_booths
from promotion.queries.fair_views import FairEvidence
from promotion.queries.participations import participations_of
from transparency.queries.checkpoints import short_checkpoint

HEADINGS: Final = (
    "fair", "kind", "place_class", "first_day", "last_day", "venue", "address", "province", "country", "organiser",
    "booth", "products", "confirmed_at", "confirmed_by_account",
)  # fmt: skip


@needs(can_enter_workspace)
def fair_evidence(producer_id: int) -> str:
    """Fairs that are over and were confirmed, with what an assessor asks of each."""
    producer = _own(producer_id)
    fairs = participations_of(producer, clock.today())
    return render_template(
        "promotion_desk/fair_evidence.html", producer=producer, fairs=fairs, counts=counts(fairs)
    )


@needs(can_enter_workspace)
@rate_limited("30/minute")
def fair_evidence_paper(producer_id: int) -> Response:
    """The log as a paper."""
    producer = _own(producer_id)
    settings: Settings = current_app.extensions["settings"]
    file = io.BytesIO()
    write_log(
        file,
        producer.name,
        participations_of(producer, clock.today()),
        now=clock.now(),
        checkpoint=short_checkpoint(settings.public_base_url),
    )
    answer = Response(file.getvalue(), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="hoi-cho-{producer.slug}.pdf"'
    return answer


@needs(can_enter_workspace)
@rate_limited("30/minute")
def fair_evidence_table(producer_id: int) -> Response:
    """The log as a CSV; cells that a spreadsheet would take for a formula begin with an apostrophe."""
    producer = _own(producer_id)
    rows = [HEADINGS, *(_row(fair) for fair in participations_of(producer, clock.today()))]
    answer = Response(csv_text(rows), content_type=CSV_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="hoi-cho-{producer.slug}.csv"'
    return answer


def _own(producer_id: int) -> Producer:
    actor = current_actor()
    if not can_see_booths(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return get_own_producer(actor, producer_id)


def _row(fair: FairEvidence) -> tuple[str, ...]:
    return (
        fair.name,
        fair.kind,
        place_words(fair.place_class),
        fair.starts_on.isoformat(),
        fair.ends_on.isoformat(),
        fair.venue,
        fair.address,
        fair.province or "",
        fair.country,
        fair.organiser_name,
        fair.booth_code or "",
        "; ".join(fair.products),
        fair.confirmed_at.isoformat(timespec="seconds"),
        str(fair.confirmed_by_id),
    )


def csv_text(rows: list[tuple[str, ...]]) -> str:
    """`rows` as Excel reads them: with the mark of UTF-8, and nothing that it would run."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in row])
    return out.getvalue()
