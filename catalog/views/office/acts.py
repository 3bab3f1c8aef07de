"""The audit trail: who did what, when, and what it was before and after."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from flask import Response, request

from accounts.access import current_actor, needs
from catalog.forms.decisions import day_of
from catalog.permissions.office import can_read_audit
from catalog.queries.office_audit import Act, ActSearch, list_acts, list_verbs
from catalog.views.office.tables import Column, Filter, List, answer_list, words_asked
from catalog.views.office.words import ACTS, FACTS, word
from core.clock import VIETNAM
from core.i18n import gettext
from core.i18n import lazy_gettext as _

PAGES_OF: Final = {
    "product": "/office/products/",
    "producer": "/office/producers/",
    "proposal": "/office/decisions/",
    "finding": "/office/findings/",
    "evidence": "/office/evidence/",
}
"""Where the subject of an act has a page, by its kind."""


@dataclass(frozen=True, slots=True)
class ShownAct:
    """An act in words. changes: name, before and after of what changed."""

    seq: int
    acted_at: datetime
    name: str
    act: str
    subject: str
    address: str | None
    changes: tuple[tuple[str, str, str], ...]
    reason: str | None


COLUMNS: Final = (
    Column(name="acted_at", title=_("When"), value=lambda each: each.acted_at),
    Column(name="who", title=_("Who"), value=lambda each: each.name),
    Column(name="act", title=_("Did what"), value=lambda each: each.act),
    Column(
        name="subject", title=_("About"), value=lambda each: each.subject, address=lambda each: each.address
    ),
    Column(name="changed", title=_("Before and after"), value=lambda each: changes_line(each.changes)),
    Column(name="reason", title=_("Reason"), value=lambda each: each.reason),
    Column(name="number", title=_("Number"), value=lambda each: each.seq, is_number=True),
)


@needs(can_read_audit)
def audit() -> Response:
    """The trail within the reader's scope; rows are only ever added, each holds the hash of the one before."""
    actor = current_actor()
    search = ActSearch(
        actor_name=words_asked("who"),
        verb=words_asked("act"),
        subject=words_asked("subject"),
        since=_midnight("since"),
        until=_midnight("until", days=1),
    )

    def read(page: int, per_page: int) -> tuple[list[ShownAct], int]:
        found, total = list_acts(actor, search, page=page, per_page=per_page)
        return acts_shown(found, are_linked=actor.is_officer), total

    verbs = [(verb, word(ACTS, verb)) for verb in list_verbs(actor)]
    return answer_list(
        List(
            name="audit",
            title=_("Who did what"),
            lead=_(
                "Every act of officers and producers in your area. Rows are only added; each seals the one before."
            ),
            here="audit",
            columns=COLUMNS,
            filters=(
                Filter(name="who", label=_("Who")),
                Filter(name="act", label=_("Did what"), choices=(("", _("anything")), *verbs)),
                Filter(name="subject", label=_("About, for example product:12")),
                Filter(name="since", label=_("From the day"), kind="date"),
                Filter(name="until", label=_("Until the day"), kind="date"),
            ),
            read=read,
            context={"is_outside": not actor.is_officer},
        )
    )


def acts_shown(acts: Iterable[Act], *, are_linked: bool = True) -> list[ShownAct]:
    """The acts in words. are_linked: whether the reader may enter the pages that they are about (officers)."""
    return [_shown(each, is_linked=are_linked) for each in acts]


def changes_line(changes: Iterable[tuple[str, str, str]]) -> str:
    """All changes in one line: «price_vnd: 90000 → 95000»."""
    return "; ".join(
        f"{name}: {before} → {after}" if before else f"{name}: {after}" for name, before, after in changes
    )


def _shown(act: Act, *, is_linked: bool) -> ShownAct:
    event = act.event
    kind, _sign, number = event.subject.partition(":")
    page = PAGES_OF.get(kind)
    address = f"{page}{number}" if is_linked and page and number.isdigit() else None
    return ShownAct(
        seq=event.seq,
        acted_at=event.acted_at,
        name=act.name or (gettext("the program") if event.actor_id is None else gettext("a former account")),
        act=word(ACTS, event.verb),
        subject=event.subject,
        address=address,
        changes=_changes(event.before or {}, event.after or {}),
        reason=event.reason,
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """What differs, by name, in the order in which it was told."""
    names = list(dict.fromkeys([*before, *after]))
    told = [(word(FACTS, name), _told(before.get(name)), _told(after.get(name))) for name in names]
    return tuple(each for each in told if each[1] != each[2])


def _told(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _midnight(name: str, *, days: int = 0) -> datetime | None:
    """The midnight in Vietnam with which the day asked for begins; `days` later."""
    day = day_of(request.args.get(name, ""))
    if day is None or not 2000 <= day.year <= 2200:
        return None
    return datetime.combine(day, time(), VIETNAM) + timedelta(days=days)
