"""The register within an officer's area: products, producers, and the page of each."""

from collections.abc import Mapping
from typing import Final
from uuid import uuid4

from flask import Response, make_response, render_template, request

from accounts.access import current_actor, needs
from catalog.permissions.office import can_enter_office, can_recognise, can_record_decisions, has_part
from catalog.queries.addresses import place_view
from catalog.queries.office_audit import list_acts_about
from catalog.queries.office_decisions import list_decisions_of
from catalog.queries.office_notes import list_findings
from catalog.queries.office_register import (
    STATES as SEARCH_STATES,
)
from catalog.queries.office_register import (
    ProductSearch,
    list_products_of,
    search_producers,
    search_products,
)
from catalog.queries.office_scope import (
    get_office_producer,
    get_office_product,
    place_of_product,
    province_of,
)
from catalog.queries.office_subjects import get_product_record, list_team
from catalog.views.office.acts import acts_shown
from catalog.views.office.tables import Column, Filter, List, answer_list, sort_asked, words_asked
from catalog.views.office.words import PRODUCER_KINDS, STATES, word
from core import clock
from core.i18n import gettext
from core.i18n import lazy_gettext as _

PRODUCT_COLUMNS: Final = (
    Column(
        name="name",
        title=_("Product"),
        value=lambda each: each.name,
        address=lambda each: f"/office/products/{each.id}",
        is_sortable=True,
    ),
    Column(
        name="producer",
        title=_("Producer"),
        value=lambda each: each.producer,
        address=lambda each: f"/office/producers/{each.producer_id}" if each.producer_id else None,
        is_sortable=True,
    ),
    Column(name="place", title=_("Place"), value=lambda each: each.place, is_sortable=True),
    Column(name="code", title=_("OCOP code"), value=lambda each: each.code),
    Column(
        name="stars",
        title=_("Stars today"),
        value=lambda each: each.recognition.stars_shown if each.recognition else None,
        is_number=True,
    ),
    Column(
        name="state",
        title=_("State"),
        value=lambda each: word(STATES, each.recognition.state) if each.recognition else None,
    ),
    Column(
        name="decision",
        title=_("Decision"),
        value=lambda each: each.recognition.decision_number if each.recognition else None,
    ),
    Column(
        name="expires_on",
        title=_("Last day"),
        value=lambda each: each.recognition.expires_on if each.recognition else None,
    ),
)

PRODUCER_COLUMNS: Final = (
    Column(
        name="name",
        title=_("Producer"),
        value=lambda each: each.name,
        address=lambda each: f"/office/producers/{each.id}",
        is_sortable=True,
    ),
    Column(
        name="kind", title=_("Kind"), value=lambda each: word(PRODUCER_KINDS, each.kind), is_sortable=True
    ),
    Column(name="tax_code", title=_("Tax code"), value=lambda each: each.tax_code),
    Column(name="place", title=_("Place"), value=lambda each: each.place),
    Column(name="products", title=_("Products"), value=lambda each: each.product_count, is_number=True),
)


@needs(can_enter_office)
def register() -> Response:
    """Products of the area, by words, state and stars."""
    actor = current_actor()
    stars = request.args.get("stars", "")
    state = request.args.get("state", "")
    search = ProductSearch(
        words=words_asked(),
        state=state if state in SEARCH_STATES else "",
        stars=int(stars) if stars in {"3", "4", "5"} else 0,
        sort=sort_asked(PRODUCT_COLUMNS, "name"),
    )
    return answer_list(
        List(
            name="products",
            title=_("Register: products"),
            here="register",
            columns=PRODUCT_COLUMNS,
            filters=(
                Filter(name="q", label=_("Name, producer, place, code or decision")),
                Filter(
                    name="state",
                    label=_("State"),
                    choices=(("", _("any")), *STATES.items(), ("none", _("no recognition on record"))),
                ),
                Filter(
                    name="stars",
                    label=_("Stars today"),
                    choices=(("", _("any")), ("3", "3"), ("4", "4"), ("5", "5")),
                ),
            ),
            read=lambda page, per_page: search_products(
                actor, search, clock.today(), page=page, per_page=per_page
            ),
            nothing=_("Nothing in your area matches."),
            context={"tabs": _tabs("products")},
        )
    )


@needs(can_enter_office)
def producers() -> Response:
    """Producers of the area."""
    actor, words = current_actor(), words_asked()
    sort = sort_asked(PRODUCER_COLUMNS, "name")
    return answer_list(
        List(
            name="producers",
            title=_("Register: producers"),
            here="register",
            columns=PRODUCER_COLUMNS,
            filters=(Filter(name="q", label=_("Name, tax code, commune or product")),),
            read=lambda page, per_page: search_producers(
                actor, words, sort=sort, page=page, per_page=per_page
            ),
            nothing=_("Nothing in your area matches."),
            context={"tabs": _tabs("producers")},
        )
    )


@needs(can_enter_office)
def product(product_id: int) -> Response:
    """One product: what is on record, what may be done, and who did what."""
    return product_page(product_id, {})


def product_page(product_id: int, typed: Mapping[str, str], wrong: str = "") -> Response:
    """The page of a product. typed: of a finding, as it was sent. wrong: the field for which that was refused."""
    actor, today = current_actor(), clock.today()
    found = get_office_product(actor, product_id)
    place = place_of_product(found)
    kind = found.producer.kind if found.producer else None
    province, is_own = province_of(found), has_part(actor, found.producer_id)
    page = render_template(
        "office/product.html",
        record=get_product_record(found, today),
        place=place_view(place, kind),
        decisions=list_decisions_of(product_id),
        findings=list_findings(actor, "all", product_id=product_id)[0],
        acts=acts_shown(list_acts_about(actor, f"product:{product_id}")),
        rank_allowed={stars: not is_own and can_recognise(actor, stars, province) for stars in (3, 4, 5)},
        may_record=not is_own and can_record_decisions(actor),
        typed={"submission_key": str(uuid4()), "found_on": today.isoformat(), **typed},
        wrong=wrong,
    )
    return make_response(page, 422 if wrong else 200)


@needs(can_enter_office)
def producer(producer_id: int) -> Response:
    """One producer: details, team, products of the area, and who did what."""
    actor = current_actor()
    found = get_office_producer(actor, producer_id)
    page = render_template(
        "office/producer.html",
        producer=found,
        place=place_view(found.place, found.kind),
        kind=word(PRODUCER_KINDS, found.kind),
        team=list_team(producer_id),
        products=list_products_of(actor, producer_id, clock.today()),
        acts=acts_shown(list_acts_about(actor, f"producer:{producer_id}", producer_id=producer_id)),
    )
    return make_response(page)


def _tabs(here: str) -> list[tuple[str, str, bool]]:
    return [
        (gettext("Products"), "/office/register", here == "products"),
        (gettext("Producers"), "/office/producers", here == "producers"),
        (gettext("Decisions"), "/office/decisions?state=all", here == "decisions"),
        (gettext("Export"), "/office/export", here == "export"),
    ]
