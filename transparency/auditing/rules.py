"""What must be true of the entries of the log, read one after the other.

A «fault» is something that nobody may do. A «remark» may have its reason, and is told for who wants to look at it.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

MEMBERS = {"at", "facts", "kind", "subject", "v"}
KIND = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")
SUBJECT = re.compile(r"[a-z_]{1,40}:[0-9A-Za-z_-]{1,64}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
SLACK = timedelta(hours=1)
"""An entry is made within a transaction, which may be long, and clocks differ."""
INSTANTS = ("recorded_at", "opened_at", "issued_at", "reviewed_at", "withdrawn_at", "at")
SPOILAGE_PERCENT = 5
"""Stamps beyond the packs of a lot, for those that are spoilt in printing (docs/stamps.md)."""
VIETNAM = timezone(timedelta(hours=7))
# An event: the kind of what it is about, and how that is called there from a fact (None: by the same subject).
ABOUT: dict[str, tuple[str, str | None, str]] = {
    "revocation.recorded": ("certification.recorded", "certification_id", "certification:{}"),
    "renewal.filed": ("certification.recorded", "certification_id", "certification:{}"),
    "renewal.refused": ("renewal.filed", "dossier_id", "renewal_dossier:{}"),
    "stamp_run.issued": ("lot.opened", "lot_id", "lot:{}"),
    "recall.warned": ("recall.opened", None, ""),
    "recall.closed": ("recall.opened", None, ""),
    "trace_event.captured_wrong": ("trace_event.captured", None, ""),
}
DATED = ABOUT.keys() | {first for first, _name, _form in ABOUT.values()}

Tell = Callable[[str, str], None]
"""Takes «fault» or «remark», and a sentence."""
parse_json = json.JSONDecoder().raw_decode


def canonical_writer() -> Callable[[Any], str]:
    """Writes JSON in the one way (RFC 8785, for values without fractions).

    The writer of the standard library in C is made once and not for each entry; where there is none, the slow one.
    """
    encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    make, text = (getattr(json.encoder, name, None) for name in ("c_make_encoder", "encode_basestring"))
    if make is None:
        return encoder.encode
    write = make(None, encoder.default, text, None, ":", ",", True, False, False)
    return lambda value: "".join(write(value, 0))


canonical_json = canonical_writer()


class Rules:
    """Takes every entry in its order, then `end`.

    index: the number of each event's entry; recognitions: numbers and subjects of entries by the name of the product in
    addresses; keys: those that the log says it is signed with.
    """

    def __init__(self, tell: Tell) -> None:
        self.index: dict[tuple[str, str], int] = {}
        self.recognitions: dict[str, list[tuple[int, str]]] = {}
        self._decision_of: dict[str, str] = {}
        self._withdrawn: dict[str, str] = {}
        self.keys: list[str] = []
        self._tell = tell
        self._kinds: set[str] = set()
        self._last_at = ""
        self._instants: dict[tuple[str, str], str] = {}
        self._events: list[tuple[int, str, str, str]] = []
        self._decisions: dict[tuple[Any, Any], str] = {}
        self._terms: dict[Any, list[tuple[str, str | None, str]]] = {}
        self._lots: dict[str, tuple[Any, Any, str]] = {}
        self._stamps: dict[str, int] = {}

    def take(self, seq: int, leaf: bytes) -> None:
        """One more entry."""
        try:
            kind, subject, at, facts = self._read(leaf)
        except (ValueError, TypeError, AttributeError, RecursionError):
            self._tell("fault", f"entry {seq} is not written as entries are")
            return
        if (kind, subject) in self.index:
            self._tell(
                "fault",
                f"entry {seq} enters {kind} {subject} again, as entry {self.index[kind, subject]} did",
            )
            return
        self.index[kind, subject] = seq
        if at < self._last_at:
            self._check_order(seq, at)
        else:
            self._last_at = at
        for fact in INSTANTS:
            if fact in facts:
                self._check_said(seq, kind, subject, (at, facts[fact]))
                break
        special = self._SPECIAL.get(kind)
        if special is not None:
            special(self, seq, subject, facts)
        if kind in ABOUT:
            _kind, name, form = ABOUT[kind]
            self._events.append((seq, kind, subject, form.format(facts.get(name)) if name else subject))

    def revoked_on(self, subject: str) -> str | None:
        """The first day without effect of the recognition `subject`: a revocation ends every record of its decision."""
        return self._withdrawn.get(self._decision_of.get(subject, subject))

    def end(self) -> None:
        """What can be told only when all entries are there."""
        for seq, kind, subject, about in self._events:
            first = (ABOUT[kind][0], about)
            if first not in self.index:
                self._tell("fault", f"entry {seq}, {kind} {subject}: {about} is not in the log")
            elif self._instants.get((kind, subject), "9") < self._instants.get(first, ""):
                self._tell("fault", f"entry {seq}, {kind} {subject}: earlier than {about}, which it is about")
        for lot, count in self._stamps.items():
            quantity = self._lots.get(lot, (None, None, ""))[1]
            if isinstance(quantity, int) and count > quantity + quantity * SPOILAGE_PERCENT // 100:
                self._tell("fault", f"{lot} has {count} stamps for {quantity} packs")
        for lot, (product_id, _quantity, opened) in self._lots.items():
            terms = self._terms.get(product_id)
            if terms and opened and not any(self._is_in_force(term, opened) for term in terms):
                self._tell(
                    "remark", f"{lot} of product {product_id} was opened when no recognition was in force"
                )

    def _read(self, leaf: bytes) -> tuple[str, str, str, dict[str, Any]]:
        """Kind, subject, instant and facts. Raises one of several errors for what is no entry."""
        text = leaf.decode()
        told, _end = parse_json(text)  # what follows is found by writing it again
        if canonical_json(told) != text or told.keys() != MEMBERS or told["v"] != 1:
            raise ValueError
        kind, subject, at, facts = told["kind"], told["subject"], told["at"], told["facts"]
        if kind not in self._kinds:
            if not KIND.fullmatch(kind):
                raise ValueError
            self._kinds.add(kind)
        if not (SUBJECT.fullmatch(subject) and INSTANT.fullmatch(at)):
            raise ValueError
        facts.keys()
        return kind, subject, at, facts

    def _check_order(self, seq: int, at: str) -> None:
        if moment(at) + SLACK < moment(self._last_at):
            self._tell("fault", f"entry {seq} of {at} stands behind one of {self._last_at}")

    def _check_said(self, seq: int, kind: str, subject: str, instants: tuple[str, Any]) -> None:
        at, said = instants
        if kind in DATED and isinstance(said, str):
            self._instants[kind, subject] = said
        if said == at:
            return
        if not isinstance(said, str) or not INSTANT.fullmatch(said):
            self._tell("fault", f"entry {seq}, {kind} {subject}: {said!r} is no instant")
            return
        if said > at and moment(said) > moment(at) + SLACK:
            self._tell("fault", f"entry {seq}, {kind} {subject}: of {said}, but entered before, at {at}")

    def _certification(self, seq: int, subject: str, facts: dict[str, Any]) -> None:
        decision = (facts.get("product_id"), facts.get("record_key"))
        before = self._decisions.setdefault(decision, subject)
        if before != subject:
            self._tell(
                "fault", f"entry {seq}, {subject}: the same decision as {before}, altered without an event"
            )
        number, bar, year = str(facts.get("record_key") or subject).rpartition("|")
        self._decision_of[subject] = f"{facts.get('product_id')} {number}{bar}{year.partition('#')[0]}"
        term = (facts.get("decided_on") or "", facts.get("expires_on"), subject)
        self._terms.setdefault(facts.get("product_id"), []).append(term)
        called = facts.get("called")
        if isinstance(called, dict):
            self.recognitions.setdefault(str(called.get("slug")), []).append((seq, subject))

    def _revocation(self, seq: int, subject: str, facts: dict[str, Any]) -> None:
        certification = f"certification:{facts.get('certification_id')}"
        decision, day = (
            self._decision_of.get(certification, certification),
            str(facts.get("revoked_on") or ""),
        )
        self._withdrawn[decision] = min(day, self._withdrawn.get(decision, day))

    def _lot(self, seq: int, subject: str, facts: dict[str, Any]) -> None:
        is_goods = facts.get("kind", "goods") == "goods"
        opened = local_day(facts["recorded_at"]) if is_goods and facts.get("recorded_at") else ""
        self._lots[subject] = (facts.get("product_id"), facts.get("quantity") if is_goods else None, opened)

    def _run(self, seq: int, subject: str, facts: dict[str, Any]) -> None:
        if facts.get("kind", "unit") == "unit" and isinstance(facts.get("stamp_count"), int):
            lot = f"lot:{facts.get('lot_id')}"
            self._stamps[lot] = self._stamps.get(lot, 0) + facts["stamp_count"]

    def _log_key(self, seq: int, subject: str, facts: dict[str, Any]) -> None:
        self.keys.append(str(facts.get("key")))

    def _is_in_force(self, term: tuple[str, str | None, str], day: str) -> bool:
        decided, expires, subject = term
        revoked = self.revoked_on(subject)
        return decided <= day and (expires is None or day <= expires) and (revoked is None or day < revoked)

    _SPECIAL = {
        "certification.recorded": _certification,
        "revocation.recorded": _revocation,
        "lot.opened": _lot,
        "stamp_run.issued": _run,
        "log_key.published": _log_key,
    }


def moment(text: str) -> datetime:
    """An instant of an entry as a value."""
    return datetime.fromisoformat(text)


def local_day(text: str) -> str:
    """The day in Vietnam of an instant."""
    try:
        return moment(text).astimezone(VIETNAM).date().isoformat()
    except ValueError:
        return ""
