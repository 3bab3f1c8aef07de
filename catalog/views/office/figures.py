"""Figures of the programme in the area; each number leads to the rows behind it."""

from datetime import date
from hashlib import sha256
from typing import Any, Final

from flask import Response, current_app, make_response, render_template, request

from accounts.access import current_actor, needs
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.permissions.office import can_enter_office
from catalog.queries.declarations import DeclarationCount, count_declarations
from catalog.queries.office_figures import (
    KINDS,
    RANKS,
    DigitisedShare,
    get_programme,
    list_decision_hashes,
    list_digitised,
    read_certifications,
)
from catalog.queries.office_register import read_producer_rows, read_rows
from catalog.shares import share_percent
from catalog.views.office.home import area_words
from catalog.views.office.register import PRODUCER_COLUMNS, PRODUCT_COLUMNS
from catalog.views.office.tables import Column, List, answer_list
from catalog.views.office.words import DECLARATIONS, PRODUCER_KINDS, word
from core import clock
from core.config import Settings
from core.files import StoredFileNotFoundError, storage_for
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from core.places import Vintage, find_province_by_code

CHUNK_BYTES: Final = 1 << 20
UNKNOWN_PLACE: Final = "none"

RECORD_COLUMNS: Final = (
    Column(
        name="product",
        title=_("Product"),
        value=lambda each: each[1].name,
        address=lambda each: f"/office/products/{each[1].id}",
    ),
    Column(name="stars", title=_("Stars"), value=lambda each: each[0].stars, is_number=True),
    Column(name="decision", title=_("Decision"), value=lambda each: each[0].decision_number),
    Column(name="decided_on", title=_("Decided on"), value=lambda each: each[0].decided_on),
    Column(name="document_sha256", title=_("Hash of the scan"), value=lambda each: each[2]),
)

# Files are named by their hash and never written over: one that held its name today holds it until tomorrow.
_intact: dict[str, date] = {}


@needs(can_enter_office)
def programme() -> Response:
    """Products by stars, subjects by kind, declarations, and the share of records digitised."""
    actor, today = current_actor(), clock.today()
    figures = get_programme(actor, today)
    shares = list_digitised(actor, intact_decisions(actor))
    kept, total = sum(len(each.kept_ids) for each in shares), sum(each.total for each in shares)
    page = render_template(
        "office/programme.html",
        products=figures.product_figures,
        subjects=[(each, word(PRODUCER_KINDS, each.name)) for each in figures.subject_figures],
        product_total=sum(each.count for each in figures.product_figures),
        subject_total=sum(each.count for each in figures.subject_figures),
        shares=[
            (each, _province_name(each.province_code), each.province_code or UNKNOWN_PLACE) for each in shares
        ],
        kept=kept,
        total=total,
        kept_percent=share_percent(kept, total),
        declared=declared_figures(actor, today),
        areas=area_words(actor),
        today=today,
    )
    return make_response(page)


@needs(can_enter_office)
def programme_products(stars: int) -> Response:
    """The products behind a number of stars."""
    actor, today = current_actor(), clock.today()
    if stars not in RANKS:
        raise NotYoursError(stars=stars)
    ids = get_programme(actor, today).products[stars]
    return answer_list(
        List(
            name=f"products-{stars}",
            title=_("Products with %(stars)s stars today", stars=stars),
            here="programme",
            columns=PRODUCT_COLUMNS,
            read=lambda page, per_page: (
                read_rows(ids[(page - 1) * per_page : page * per_page], today),
                len(ids),
            ),
        )
    )


@needs(can_enter_office)
def programme_subjects(kind: str) -> Response:
    """The producers behind a number of subjects."""
    actor = current_actor()
    if kind not in KINDS:
        raise NotYoursError(kind=kind)
    ids = get_programme(actor, clock.today()).subjects[kind]
    return answer_list(
        List(
            name=f"subjects-{kind}",
            title=_("Subjects: %(kind)s", kind=word(PRODUCER_KINDS, kind)),
            here="programme",
            columns=PRODUCER_COLUMNS,
            read=lambda page, per_page: (
                read_producer_rows(actor, ids[(page - 1) * per_page : page * per_page]),
                len(ids),
            ),
        )
    )


@needs(can_enter_office)
def programme_records(province_code: str) -> Response:
    """The recognitions of a province whose decision is stored, or (`state=missing`) is not."""
    actor = current_actor()
    shares = {
        each.province_code or UNKNOWN_PLACE: each for each in list_digitised(actor, intact_decisions(actor))
    }
    share: DigitisedShare | None = shares.get(province_code)
    if share is None:
        raise NotYoursError(province_code=province_code)
    is_missing = request.args.get("state") == "missing"
    ids = share.missing_ids if is_missing else share.kept_ids

    def read(page: int, per_page: int) -> tuple[list[Any], int]:
        return read_certifications(ids, page, per_page), len(ids)

    return answer_list(
        List(
            name="records",
            title=_("Records not digitised") if is_missing else _("Records digitised"),
            lead=_(
                "Digitised: the scan of the decision is stored here, and the file still has the hash on record."
            ),
            here="programme",
            columns=RECORD_COLUMNS,
            read=read,
        )
    )


def declared_figures(actor: Actor, on: date) -> list[tuple[str, list[tuple[str, DeclarationCount]]]]:
    """What producers declared, for each province (or the country) that the officer decides about; sums only.

    Too small a sum is None. There are no rows behind these numbers: who declared what is told to nobody.
    """
    found = []
    for post in actor.posts:
        if post.level == "commune":
            continue
        code = post.province_code if post.level == "province" else None
        counts = [(word(DECLARATIONS, each.kind), each) for each in count_declarations(code, on)]
        found.append((_province_name(code) if code else gettext("the whole country"), counts))
    return found


def intact_decisions(actor: Actor) -> set[str]:
    """Hashes of the stored decisions of the area whose files are there and are what their names say."""
    settings: Settings = current_app.extensions["settings"]
    storage, today = storage_for(settings), clock.today()
    found = set()
    for name in list_decision_hashes(actor):
        if _intact.get(name) != today:
            digest = sha256()
            try:
                with storage.open(name) as opened:
                    while chunk := opened.read(CHUNK_BYTES):
                        digest.update(chunk)
            except (StoredFileNotFoundError, OSError):
                continue
            if digest.hexdigest() != name:
                continue
            _intact[name] = today
        found.add(name)
    return found


def _province_name(code: str | None) -> str:
    province = find_province_by_code(code, Vintage.SINCE_2025_07) if code else None
    return province.short_name if province else gettext("place not known")
