"""The log of notices, for administrators: what came, what became of it, and what waits for them."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.views.office.tables import Column, Filter, List, answer_list, words_asked
from core import clock
from core.config import Settings
from core.db import transaction
from core.i18n import lazy_gettext as _
from orders.errors import NoticeNotFoundError, NoticeStateError
from orders.models.notices import WAITING_FOR_A_PERSON, NoticeState
from orders.operations.card_notices import PROVIDER, apply_notice
from orders.operations.notices import reopen_notice, set_notice_aside
from orders.permissions import can_manage_payments
from orders.queries.notices import WAITING, count_waiting_notices, find_notice_page, list_notices
from orders.views.notice_words import PROVIDERS, STATES, reason_words, state_words

REASON_MAX_CHARS: Final = 500
COLUMNS: Final = (
    Column(
        name="received_at",
        title=_("Received"),
        value=lambda each: each.received_at,
        address=lambda each: f"/admin/notices/{each.id}",
    ),
    Column(name="kind", title=_("What it says"), value=lambda each: each.kind),
    Column(name="order", title=_("Order code"), value=lambda each: each.order_code or each.reference),
    Column(name="state", title=_("State"), value=lambda each: state_words(each.state)),
    Column(name="reason", title=_("Why"), value=lambda each: reason_words(each.reason)),
    Column(
        name="provider", title=_("Sender"), value=lambda each: PROVIDERS.get(each.provider, each.provider)
    ),
    Column(name="object_id", title=_("About"), value=lambda each: each.object_id),
)


@needs(can_manage_payments)
def notices() -> Response:
    """The log, the newest first; by state, sender, or the name or code of anything in it."""
    states = (("", _("All")), (WAITING, _("Waits for a person")), *STATES.items())
    by_state = Filter(name="state", label=_("State"), choices=states)
    by_provider = Filter(
        name="provider", label=_("Sender"), choices=(("", _("All")), *sorted(PROVIDERS.items()))
    )
    search = Filter(name="q", label=_("Order code, or a name such as evt_… or pi_…"))

    def read(page: int, per_page: int) -> tuple[Any, int]:
        return list_notices(by_state.value, by_provider.value, words_asked(), page=page, per_page=per_page)

    waiting = count_waiting_notices()
    ways = [(_("%(count)s waiting for a person", count=waiting), f"/admin/notices?state={WAITING}")]
    return answer_list(
        List(
            name="notices",
            title=_("Notices of payment services"),
            lead=_("What the card service told us, each once. Nothing here holds a card number."),
            columns=COLUMNS,
            read=read,
            filters=(by_state, by_provider, search),
            nothing=_("No notice fits what you asked for."),
            here="notices",
            context={"is_administration": True, "ways": ways if waiting else []},
        )
    )


@needs(can_manage_payments)
def notice(notice_number: int) -> Response:
    """One notice: what was kept of it, and what a person may do."""
    return _page(notice_number, 200)


@needs(can_manage_payments, confirmed=True)
def notice_replay_create(notice_number: int) -> AnyResponse:
    """Take a notice up again as if it had just come; what it did already it does not do twice."""
    settings: Settings = current_app.extensions["settings"]
    if not _may_replay(notice_number):
        return _page(notice_number, 409, fault="replay")
    with transaction():
        again = reopen_notice(notice_number, by=current_actor(), now=clock.now())
        apply_notice(again, is_live=settings.cards.is_live, now=clock.now())
    return _back(notice_number)


@needs(can_manage_payments, confirmed=True)
def notice_setting_aside_create(notice_number: int) -> AnyResponse:
    """Say that a person has seen to a notice, and how."""
    reason = request.form.get("reason", "")[:REASON_MAX_CHARS]
    try:
        with transaction():
            set_notice_aside(notice_number, reason, by=current_actor(), now=clock.now())
    except NoticeStateError as error:
        return _page(notice_number, 409, fault=str(error.facts["reason"]), reason=reason)
    return _back(notice_number)


def _page(notice_number: int, status: int, *, fault: str = "", reason: str = "") -> Response:
    found = find_notice_page(notice_number)
    if found is None:
        raise NoticeNotFoundError(notice_id=notice_number)
    page = render_template(
        "orders/notice.html",
        notice=found.row,
        body=_flat(found.body),
        state=state_words(found.row.state),
        why=reason_words(found.row.reason),
        sender=PROVIDERS.get(found.row.provider, found.row.provider),
        is_waiting=found.row.state in WAITING_FOR_A_PERSON,
        may_replay=_may_replay(notice_number),
        fault=fault,
        reason=reason,
    )
    return make_response(page, status)


def _flat(body: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Names with dots, and values as JSON has them, of whatever was kept."""
    pairs: list[tuple[str, str]] = []
    for name, value in body.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{before}{name}.")
        elif value is not None:
            pairs.append((f"{before}{name}", str(value).lower() if isinstance(value, bool) else str(value)))
    return pairs


def _may_replay(notice_number: int) -> bool:
    settings: Settings = current_app.extensions["settings"]
    found = find_notice_page(notice_number)
    if found is None:
        raise NoticeNotFoundError(notice_id=notice_number)
    is_over = found.row.state != NoticeState.RECEIVED
    return found.row.provider == PROVIDER and settings.cards.is_on and is_over


def _back(notice_number: int) -> AnyResponse:
    return redirect(f"{request.script_root}/admin/notices/{notice_number}", 303)
