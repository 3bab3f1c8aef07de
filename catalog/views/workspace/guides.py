"""Short guides for producers: a drawing and a few words for each step, inside the workspace where they are needed."""

from dataclasses import dataclass
from typing import Final

from flask import render_template

from accounts.access import current_actor, needs
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.workspace import get_own_producer
from core.errors import NotFoundError
from core.i18n import LazyText
from core.i18n import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Step:
    """title: what is done. text: how, in one or two short sentences. Its drawing is «img/guides/<guide>-<n>.svg»."""

    title: LazyText
    text: LazyText


@dataclass(frozen=True, slots=True)
class Guide:
    """name: last part of its address. path: where it is done, after the workspace's address."""

    name: str
    title: LazyText
    path: str
    steps: tuple[Step, ...]


GUIDES: Final = (
    Guide(
        "listing",
        _("Your first product"),
        "/products",
        (
            Step(
                _("Press «Products», then «New»"),
                _("One question at a time. What you typed is kept, also when the telephone dies."),
            ),
            Step(
                _("Photo, name, price, how much"),
                _(
                    "Write as you would tell a customer. The bar shows what the law still asks for on the label."
                ),
            ),
            Step(
                _("Look at it, then publish"),
                _("You see it as shoppers do. You can change it or take it down at any time."),
            ),
        ),
    ),
    Guide(
        "photos",
        _("Good photos"),
        "/products",
        (
            Step(_("Daylight, near a window"), _("No flash, nothing behind but a table or a wall.")),
            Step(
                _("Straight and near"),
                _("Let the goods fill two thirds of the picture. One photo of the front, one of the label."),
            ),
            Step(
                _("One thing in one photo"),
                _("Dark or crowded photos are passed over. Where you took it is removed from every photo."),
            ),
        ),
    ),
    Guide(
        "certificates",
        _("Certificates"),
        "/certificates",
        (
            Step(
                _("Photograph the whole paper"),
                _("Flat, all four corners, so that number, days and stamp can be read. PDF is good too."),
            ),
            Step(_("Send it with number and days"), _("Copy them as they stand on the paper.")),
            Step(
                _("An officer compares it"),
                _(
                    "Shoppers see it when it is verified. Stars come from a decision only, never from an upload."
                ),
            ),
        ),
    ),
    Guide(
        "stock",
        _("In stock or not"),
        "/stock",
        (
            Step(
                _("One press: there is some, or there is none"),
                _("Do it when the last one is sold: nobody orders what is not there."),
            ),
            Step(
                _("Count when you pack"),
                _("Write how many packs are there. Everyone in your team may do this."),
            ),
            Step(
                _("Season and holidays"),
                _("Say from when to when you make it, or close the shop for some days."),
            ),
        ),
    ),
    Guide(
        "excel",
        _("Many products with Excel"),
        "/sheet",
        (
            Step(_("Take the file"), _("It holds what is in your shop now. Keep the first row as it is.")),
            Step(_("Change prices and stock"), _("Leave empty what you do not know. Save the file.")),
            Step(
                _("Send it, read the check"),
                _(
                    "Every fault is told with its row. Nothing changes until you press «Take over», then all of it."
                ),
            ),
        ),
    ),
)
_BY_NAME: Final = {guide.name: guide for guide in GUIDES}


@needs(can_enter_workspace)
def guides(producer_id: int) -> str:
    """All guides."""
    producer = get_own_producer(current_actor(), producer_id)
    return render_template("workspace/guides.html", producer=producer, guides=GUIDES)


@needs(can_enter_workspace)
def guide(producer_id: int, name: str) -> str:
    """One guide. Raises NotFoundError."""
    producer = get_own_producer(current_actor(), producer_id)
    if name not in _BY_NAME:
        raise NotFoundError(guide=name)
    return render_template("workspace/guide.html", producer=producer, guide=_BY_NAME[name])
