"""Requests for quotation: asked of one producer each, noted as lost with a reason, followed up by the producer."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from catalog.models import Product, Variant
from core.clock import vietnam_date
from core.db import db
from core.i18n import gettext as _
from core.places import list_provinces
from core.text import clean_line, clean_text
from promotion.errors.trade import InvalidTradeError, RfqStateError
from promotion.models.trade import NoteKind, QuotationEnd, Rfq, RfqKind, RfqLine, RfqNote, TradeAccount
from promotion.operations.trade_accounts import require_verified
from promotion.operations.trade_news import tell_buyer, tell_of_request, tell_producer
from promotion.price_ladders import QUANTITY_MAX
from promotion.quotation_terms import LINES_MAX, Outcome, Stage

SAMPLE_MAX: Final = 20
"""Packs of one kind that may be asked for as a sample. Our limit."""
NOTE_MAX: Final = 2_000
LINE_MAX: Final = 200
STEP_YEARS: Final = range(2020, 2100)
_ENDS: Final = (NoteKind.LOST.value, NoteKind.REOPENED.value)


@dataclass(frozen=True, slots=True)
class AskedLine:
    """variant_id: a pack of the shop; else `words` say what is wanted of `producer_id`."""

    quantity: int
    variant_id: int | None = None
    words: str = ""
    producer_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RfqFacts:
    """A request as it was asked. key: of the form. wanted_on: None where no day was given."""

    key: str
    kind: str
    lines: tuple[AskedLine, ...]
    wanted_on: date | None
    province_code: str
    delivery_place: str
    note: str


def ask_for_quotation(account: TradeAccount, facts: RfqFacts, *, by: Actor, now: datetime) -> list[Rfq]:
    """Ask every producer whose goods are on the list, one request each; sent twice, they are the same.

    Raises TradeAccountError unless the account is verified, InvalidTradeError (field, reason); then nothing has
    changed. No price is taken from the form: what it costs says the producer.
    """
    require_verified(account)
    _check(facts, now)
    split = _by_producer(facts.lines)
    made = [_ask_one(account, producer_id, lines, facts, now) for producer_id, lines in sorted(split.items())]
    for rfq, is_new in made:
        if is_new:
            tell_of_request(rfq, now=now)
    return [rfq for rfq, _is_new in made]


def lock_request(rfq: Rfq) -> Rfq:
    """The request as it stands now, and nobody else's until the transaction ends."""
    db.session.execute(select(Rfq.id).where(Rfq.id == rfq.id).with_for_update())
    db.session.refresh(rfq, ["notes", "quotations"])
    return rfq


def require_open(rfq: Rfq) -> None:
    """Of a locked request: raises RfqStateError once a quotation was accepted, or no sale comes of it."""
    if _is_accepted(rfq):
        raise RfqStateError(stage=Stage.ACCEPTED.value)
    if _is_lost(rfq):
        raise RfqStateError(stage=Stage.LOST.value)


def note_lost(rfq: Rfq, reason: str, *, is_buyer: bool, by: Actor, now: datetime) -> None:
    """Note that no sale comes of the request, and why; the other side is told.

    Raises RfqStateError once a quotation was accepted, or it is lost already.
    """
    rfq = lock_request(rfq)
    require_open(rfq)
    told = _words(reason)
    _note(rfq, NoteKind.LOST, told, by, now)

    def words() -> tuple[str, str]:
        return _("Request %(number)s has ended", number=rfq.id), _(
            "No sale comes of request %(number)s: %(reason)s", number=rfq.id, reason=told
        )

    if is_buyer:
        tell_producer(rfq.producer_id, words, now=now)
    else:
        tell_buyer(rfq.account, words, now=now)


def reopen(rfq: Rfq, *, by: Actor, now: datetime) -> None:
    """Take «lost» back. Raises RfqStateError unless it is lost, or where a quotation was accepted."""
    rfq = lock_request(rfq)
    if _is_accepted(rfq):
        raise RfqStateError(stage=Stage.ACCEPTED.value)
    if not _is_lost(rfq):
        raise RfqStateError(stage=(Stage.QUOTED if rfq.quotations else Stage.NEW).value)
    _note(rfq, NoteKind.REOPENED, None, by, now)


def note_sample(rfq: Rfq, kind: NoteKind, words: str, *, by: Actor, now: datetime) -> None:
    """The buyer says that a sample came, or what it thinks of it; the producer is told.

    Raises RfqStateError for a request that is none for a sample, InvalidTradeError for feedback without words.
    """
    if rfq.kind != RfqKind.SAMPLE or kind not in (NoteKind.RECEIVED, NoteKind.FEEDBACK):
        raise RfqStateError(stage=rfq.kind)
    if kind is NoteKind.RECEIVED and any(each.kind == kind for each in rfq.notes):
        return
    told = _words(words) if kind is NoteKind.FEEDBACK else None
    _note(rfq, kind, told, by, now)

    def said() -> tuple[str, str]:
        return _("News of your sample, request %(number)s", number=rfq.id), (
            _("%(firm)s wrote about your sample: %(words)s", firm=rfq.account.name, words=told)
            if told
            else _("%(firm)s has received your sample.", firm=rfq.account.name)
        )

    tell_producer(rfq.producer_id, said, now=now)


def set_next_step(rfq: Rfq, step: str, by_on: date | None) -> None:
    """Note what the producer does next, and by when.

    Raises InvalidTradeError for a step that is too long, or a day that no step has; then nothing has changed.
    """
    line = clean_line(step)
    if by_on is not None and by_on.year not in STEP_YEARS:
        raise InvalidTradeError(field="next_by_on", reason="day")
    if len(line) > LINE_MAX:
        raise InvalidTradeError(field="next_step", reason="too_long")
    rfq.next_step, rfq.next_by_on = line or None, by_on if line else None
    db.session.flush()


def _is_accepted(rfq: Rfq) -> bool:
    accepted = select(QuotationEnd.quotation_id).where(
        QuotationEnd.rfq_id == rfq.id, QuotationEnd.outcome == Outcome.ACCEPTED.value
    )
    return db.session.scalar(accepted) is not None


def _is_lost(rfq: Rfq) -> bool:
    said = [note.kind for note in rfq.notes if note.kind in _ENDS]
    return bool(said) and said[-1] == NoteKind.LOST


def _check(facts: RfqFacts, now: datetime) -> None:
    most = SAMPLE_MAX if facts.kind == RfqKind.SAMPLE else QUANTITY_MAX
    if facts.kind not in set(RfqKind):
        raise InvalidTradeError(field="kind", reason="unknown_choice")
    if not facts.key or len(facts.key) > 36:
        raise InvalidTradeError(field="key", reason="missing")
    if not 1 <= len(facts.lines) <= LINES_MAX:
        raise InvalidTradeError(field="lines", reason="missing" if not facts.lines else "too_many")
    if any(not 1 <= line.quantity <= most for line in facts.lines):
        raise InvalidTradeError(field="lines", reason="quantity")
    if facts.wanted_on is not None and facts.wanted_on < vietnam_date(now):
        raise InvalidTradeError(field="wanted_on", reason="past")
    if facts.province_code not in {province.code for province in list_provinces()}:
        raise InvalidTradeError(field="province_code", reason="unknown_choice")
    place = clean_line(facts.delivery_place)
    if not place or len(place) > LINE_MAX:
        raise InvalidTradeError(field="delivery_place", reason="too_long" if place else "missing")
    if len(facts.note) > NOTE_MAX:
        raise InvalidTradeError(field="note", reason="too_long")


def _by_producer(lines: Sequence[AskedLine]) -> dict[int, list[AskedLine]]:
    """The lines of each producer; one line for each pack. Raises InvalidTradeError for what nobody sells."""
    wanted = {line.variant_id for line in lines if line.variant_id is not None}
    sold = (
        select(Variant.id, Product.producer_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(wanted), Variant.withdrawn_at.is_(None))
        .where(Product.is_listed, Product.is_for_sale, Product.producer_id.is_not(None))
    )
    known = {row.id: row.producer_id for row in db.session.execute(sold)}
    named = {line.producer_id for line in lines if line.variant_id is None and line.producer_id is not None}
    offering = select(Product.producer_id).where(
        Product.producer_id.in_(named), Product.is_listed, Product.is_for_sale
    )
    selling = {*known.values(), *db.session.scalars(offering)} - {None}
    split: defaultdict[int, list[AskedLine]] = defaultdict(list)
    seen: set[int] = set()
    for line in lines:
        producer_id = line.producer_id if line.variant_id is None else known.get(line.variant_id)
        words = clean_line(line.words)
        is_twice = line.variant_id is not None and line.variant_id in seen
        is_said = line.variant_id is not None or 1 <= len(words) <= LINE_MAX
        if producer_id is None or producer_id not in selling or is_twice or not is_said:
            raise InvalidTradeError(field="lines", reason="not_sold")
        seen |= {line.variant_id} if line.variant_id is not None else set()
        split[producer_id].append(AskedLine(line.quantity, line.variant_id, words, producer_id))
    return split


def _ask_one(
    account: TradeAccount, producer_id: int, lines: Sequence[AskedLine], facts: RfqFacts, now: datetime
) -> tuple[Rfq, bool]:
    """The request, and whether it is new: of two that are sent at once one is."""
    key = f"{account.id}:{facts.key}:{producer_id}"[:60]
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    made = of_dialect.insert(Rfq).values(
        key=key,
        kind=facts.kind,
        account_id=account.id,
        producer_id=producer_id,
        wanted_on=facts.wanted_on,
        province_code=facts.province_code,
        delivery_place=clean_line(facts.delivery_place),
        note=clean_text(facts.note) or None,
        asked_at=now,
    )
    number = db.session.scalar(made.on_conflict_do_nothing(index_elements=["key"]).returning(Rfq.id))
    if number is None:
        return db.session.scalars(select(Rfq).where(Rfq.key == key)).one(), False
    rows = [
        {
            "rfq_id": number,
            "position": position,
            "variant_id": line.variant_id,
            "words": line.words or None,
            "quantity": line.quantity,
        }
        for position, line in enumerate(lines, 1)
    ]
    db.session.execute(insert(RfqLine), rows)
    return db.session.get_one(Rfq, number), True


def _note(rfq: Rfq, kind: NoteKind, words: str | None, by: Actor, now: datetime) -> None:
    db.session.add(RfqNote(rfq_id=rfq.id, kind=kind.value, words=words, by_id=by.user_id, noted_at=now))
    db.session.flush()
    db.session.expire(rfq, ["notes"])


def _words(text: str) -> str:
    told = clean_text(text)
    if not told or len(told) > NOTE_MAX:
        raise InvalidTradeError(field="words", reason="too_long" if told else "missing")
    return told
