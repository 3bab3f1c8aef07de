"""Pages about recalls that producers and the office share: the form, one recall, its notice to be printed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.actors import Actor
from catalog.models import Producer, Product
from core import clock
from core.db import transaction
from core.errors import AppError
from traceability.errors import (
    InvalidRecallError,
    InvalidTextError,
    LotRecalledError,
    OfficeRecallError,
    RecallNotFoundError,
    StampNotFoundError,
)
from traceability.forms.recalls import RecallForm, read_codes
from traceability.models import Lot, Recall, RecallScope, RecallStage
from traceability.operations.recalls import RecallGoods, end_recall, open_recall
from traceability.queries.recalls import (
    LOTS_OFFERED,
    is_closable_by_producer,
    list_recall_lots,
    opener_of,
    ranges_between,
)

REFUSALS: Final = (InvalidRecallError, InvalidTextError, LotRecalledError, StampNotFoundError)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallDesk:
    """Who works on recalls, and where. base: «/workspace/3» or «/office». producer: None in the office."""

    actor: Actor
    base: str
    producer: Producer | None
    may_recall: Callable[[Product], bool]

    def may_close(self, recall: Recall) -> bool:
        """Whether the recall can be closed here, as far as who opened it tells."""
        return self.producer is None or is_closable_by_producer(recall)


@dataclass(frozen=True, slots=True)
class TimedStep:
    """A step of a recall. minutes: from its opening, a tenth of one counts; None while it was not taken."""

    stage: str
    taken_at: datetime | None
    minutes: float | None
    reason: str | None


def timed_steps(recall: Recall) -> list[TimedStep]:
    """The stopwatch: every step with its minutes since the recall was opened."""
    steps = []
    for stage in RecallStage:
        step = recall.step(stage)
        seconds = (step.taken_at - recall.opened_at).total_seconds() if step else 0.0
        steps.append(
            TimedStep(
                stage.value,
                step.taken_at if step else None,
                round(seconds / 60, 1) if step else None,
                step.reason if step else None,
            )
        )
    return steps


def answer_form(
    desk: RecallDesk,
    form: RecallForm,
    lots: Sequence[Lot],
    products: Sequence[Product],
    error: AppError | None = None,
) -> Response:
    """The form of a new recall, with what was wrong with it if it came back."""
    facts: Mapping[str, Any] = error.facts if error else {}
    page = render_template(
        "traceability/recall_new.html",
        desk=desk,
        form=form,
        lots=lots,
        products=products,
        lots_offered=LOTS_OFFERED,
        lot_code=asked_lot_code(),
        wrong=_wrong_field(error) if error else "",
        facts=facts,
    )
    return make_response(page, 422 if error else 200)


def asked_lot_code() -> str:
    """The code of a lot that is older than those offered, as the address names it; «» where it names none."""
    asked = request.args.get("lot_code", "").strip()
    return asked if asked.isprintable() else ""


def with_code(lots: Sequence[Lot], code: str) -> frozenset[int]:
    """Numbers of the lots that have this code."""
    return frozenset(lot.id for lot in lots if lot.code == code)


def goods_of(form: RecallForm, product: Product, lots: Sequence[Lot]) -> RecallGoods:
    """What the form recalls. lots: those that it may name. Raises InvalidRecallError, StampNotFoundError.

    All lots that it names are recalled or none: one that is not the producer's own is not passed over.
    """
    if form.scope == RecallScope.PRODUCT:
        return RecallGoods(product=product)
    if form.scope == RecallScope.UNITS:
        return RecallGoods(product=product, ranges=ranges_between(product.id, read_codes(form.codes)))
    chosen = tuple(lot for lot in lots if lot.id in form.lots)
    if not chosen or len(chosen) < len(form.lots):
        raise InvalidRecallError(field="lots", value="", reason="lots")
    return RecallGoods(product=product, lots=chosen)


def save_recall(desk: RecallDesk, form: RecallForm, goods: RecallGoods) -> AnyResponse:
    """Open the recall and lead to its page. Raises one of `REFUSALS`."""
    with transaction():
        recall = open_recall(
            goods,
            form.recall_words,
            now=clock.now(),
            by=desk.actor,
            is_drill=form.is_drill,
            submission_key=form.submission_key,
        )
        number = recall.id
    return redirect(f"{request.script_root}{desk.base}/recalls/{number}", 303)


def answer_recall(desk: RecallDesk, recall: Recall, error: AppError | None = None) -> Response:
    """One recall: what people are told, which goods, how far it is, and what can be done next."""
    status = 200 if error is None else 403 if isinstance(error, OfficeRecallError) else 422
    page = render_template(
        "traceability/recall.html",
        desk=desk,
        recall=recall,
        lots=list_recall_lots(recall),
        steps=timed_steps(recall),
        opener=opener_of(recall),
        is_others=recall.closed_at is None and not desk.may_close(recall),
        may_close=recall.closed_at is None and desk.may_recall(recall.product) and desk.may_close(recall),
        is_refused=isinstance(error, InvalidTextError),
    )
    return make_response(page, status)


def answer_notice(desk: RecallDesk, recall: Recall) -> Response:
    """The notice to be printed and put up."""
    return make_response(
        render_template(
            "traceability/recall_notice.html", desk=desk, recall=recall, lots=list_recall_lots(recall)
        )
    )


def close(desk: RecallDesk, find: Callable[[], Recall]) -> AnyResponse:
    """Close a recall with its reason. find: the recall, read again if the form comes back."""
    recall = find()
    number = recall.id
    try:
        with transaction():
            end_recall(
                find(),
                reason=request.form.get("reason", ""),
                now=clock.now(),
                by=desk.actor,
                for_producer=desk.producer is not None,
            )
    except (InvalidTextError, OfficeRecallError) as error:
        return answer_recall(desk, find(), error)
    except RecallNotFoundError:
        # Closed meanwhile: its page says so.
        pass
    return redirect(f"{request.script_root}{desk.base}/recalls/{number}", 303)


def _wrong_field(error: AppError) -> str:
    """Which field of the form the refusal is about."""
    if isinstance(error, StampNotFoundError):
        return "codes"
    if isinstance(error, LotRecalledError):
        return "scope"
    name = str(error.facts.get("field", ""))
    return {"units": "codes"}.get(name, name)
