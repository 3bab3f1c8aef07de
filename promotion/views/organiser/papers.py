"""Papers of a fair as PDF: the poster, booth cards, badges."""

import io
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from flask import Response, abort, current_app

from accounts.access import current_actor, needs
from core import clock
from core.config import Settings
from core.db import transaction
from core.limits import rate_limited
from promotion.models.fairs import Fair
from promotion.operations.links import make_link
from promotion.papers.fair_papers import SIZES_MM, FairPaper, write_badges, write_cards, write_poster
from promotion.permissions.fairs import can_organise_fairs
from promotion.queries.fair_views import BoothView, FairPage
from promotion.queries.fairs import page_of
from promotion.sources import short_url
from promotion.views.organiser.access import own_fair, shown
from transparency.queries.checkpoints import short_checkpoint

PDF: Final = "application/pdf"


@needs(can_organise_fairs)
def papers(fair_id: int) -> Response:
    """What can be printed."""
    found = own_fair(fair_id)
    return shown("papers", found, page=page_of(found, clock.today()))


@needs(can_organise_fairs)
@rate_limited("30/minute")
def poster(fair_id: int, size: str) -> Response:
    """The poster for the gate, A3 or A4."""
    if size not in SIZES_MM:
        abort(404)
    file, paper = io.BytesIO(), _paper(fair_id)
    write_poster(file, paper, size)
    return _answer(file, f"ap-phich-{size}-{paper.page.fair.slug}")


@needs(can_organise_fairs)
@rate_limited("30/minute")
def booth_cards(fair_id: int) -> Response:
    """A card for every booth that a producer has, in one file."""
    paper = _paper(fair_id)
    return _cards(paper, paper.page.taken, f"the-gian-hang-{paper.page.fair.slug}")


@needs(can_organise_fairs)
@rate_limited("60/minute")
def booth_card(fair_id: int, booth_id: int) -> Response:
    """The card of one booth."""
    paper = _paper(fair_id)
    chosen = [booth for booth in paper.page.taken if booth.id == booth_id]
    return _cards(paper, chosen, f"the-gian-hang-{booth_id}-{paper.page.fair.slug}")


@needs(can_organise_fairs)
@rate_limited("30/minute")
def badges(fair_id: int) -> Response:
    """Badges for the people of every confirmed producer."""
    paper = _paper(fair_id)
    people = (*paper.page.taken, *paper.page.without_booth)
    if not people:
        abort(404)
    file = io.BytesIO()
    write_badges(file, paper, people)
    return _answer(file, f"the-ten-{paper.page.fair.slug}")


def booth_link_target(fair: Fair, code: str) -> str:
    """The page to which the code of a booth's card leads."""
    return f"/fairs/{fair.slug}/booths/{code}"


def _cards(paper: FairPaper, booths: tuple[BoothView, ...] | list[BoothView], name: str) -> Response:
    if not booths:
        abort(404)
    file = io.BytesIO()
    write_cards(file, paper, booths)
    return _answer(file, name)


def _paper(fair_id: int) -> FairPaper:
    """The fair with its short links, which are made the first time they are printed. A draft has no page to lead to."""
    settings: Settings = current_app.extensions["settings"]
    own_fair(fair_id)
    with transaction():
        found = own_fair(fair_id)
        if not found.is_published:
            abort(404)
        page = page_of(found, clock.today())
        gate, links = _links(page, clock.now())
    return FairPaper(
        page=page,
        gate=gate,
        links=links,
        host=urlsplit(settings.public_base_url).netloc,
        on=clock.today(),
        checkpoint=short_checkpoint(settings.public_base_url),
    )


def _links(page: FairPage, now: datetime) -> tuple[str, dict[int, str]]:
    fair, by = page.fair, current_actor()
    gate = make_link("fair", fair.id, f"/fairs/{fair.slug}", by=by, now=now, fair_id=fair.id)
    booths = {
        booth.id: make_link(
            "booth",
            booth.id,
            booth_link_target(fair, booth.code),
            by=by,
            now=now,
            producer_id=booth.producer_id,
            fair_id=fair.id,
        )
        for booth in page.taken
    }
    return short_url(gate), {number: short_url(link) for number, link in booths.items()}


def _answer(file: io.BytesIO, name: str) -> Response:
    answer = Response(file.getvalue(), content_type=PDF)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
