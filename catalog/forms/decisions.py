"""A decision as an officer types it: kept as typed, and made into facts where that is possible."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID, uuid4

from catalog.decision_facts import DecisionFacts, DecisionFault, DecisionLine
from catalog.facts import Refusal, RevocationFacts
from catalog.models import ExpiryBasis, RevocationGround
from catalog.recognition_rules import criteria_version_on
from core.text import clean_line, clean_text

LINES_MAX: Final = 50
"""Products typed on one page; more come from a file (docs/limits.md)."""
HEAD: Final = (
    "decision_number",
    "decided_on",
    "authority_level",
    "authority_name",
    "criteria_version",
    "expiry_basis",
    "expires_on",
    "note",
)
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_LOCAL: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)


FormData = Any
"""What a request hands over: `get` for one value of a name, `getlist` for all of them."""


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One product of the form: its number, and its stars and score as typed."""

    product_id: int
    stars: str = ""
    score: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionForm:
    """The form of a decision. values: the head as typed, by name. errors: id of a field to the fault it has."""

    submission_key: str
    values: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[TypedLine, ...] = ()
    errors: Mapping[str, DecisionFault] = field(default_factory=dict)

    @classmethod
    def empty(cls, product_ids: Sequence[int], **values: str) -> "DecisionForm":
        """A form to fill in for these products, with a key of its own."""
        lines = tuple(TypedLine(each) for each in product_ids[:LINES_MAX])
        return cls(submission_key=str(uuid4()), values={"expiry_basis": "law", **values}, lines=lines)

    @classmethod
    def parse(cls, form: FormData) -> "DecisionForm":
        """What was sent, cleaned, with what cannot be read at all as errors."""
        values = {name: clean_line(form.get(name, "")) for name in HEAD}
        lines = tuple(
            TypedLine(
                each,
                clean_line(form.get(f"stars-{each}", "")),
                clean_line(form.get(f"score-{each}", "")),
            )
            for each in product_ids_of(form.getlist("product"))
        )
        typed = cls(submission_key=key_of(form.get("submission_key", "")), values=values, lines=lines)
        return replace(typed, errors=dict(typed._unreadable()))

    def facts(self) -> DecisionFacts:
        """The head as facts; only for a form whose `errors` are empty."""
        decided_on = day_of(self.values["decided_on"]) or date.min
        basis = self.values["expiry_basis"] or ExpiryBasis.LAW.value
        version = self.values["criteria_version"] or criteria_version_on(decided_on)
        return DecisionFacts(
            decision_number=self.values["decision_number"],
            decided_on=decided_on,
            authority_level=self.values["authority_level"],
            authority_name=self.values["authority_name"],
            criteria_version=version,
            expires_on=day_of(self.values["expires_on"]) if basis == ExpiryBasis.SOURCE else None,
            expiry_basis=basis,
            note=self.values["note"] or None,
        )

    def decision_lines(self) -> list[DecisionLine]:
        """The lines as facts; only for a form whose `errors` are empty."""
        return [
            DecisionLine(product_id=each.product_id, stars=int(each.stars), score=score_of(each.score))
            for each in self.lines
        ]

    def with_faults(self, faults: Sequence[DecisionFault]) -> "DecisionForm":
        """The same with what the rules of the programme have against it, each fault at its field."""
        found = {self.field_of(fault): fault for fault in reversed(faults)}
        return replace(self, errors={**found, **self.errors})

    def field_of(self, fault: DecisionFault) -> str:
        """The id of the field at which `fault` is told."""
        if fault.position is None or not 1 <= fault.position <= len(self.lines):
            return fault.field if fault.field in {*HEAD, "document"} else "decision_number"
        name = "score" if fault.field == "score" else "stars"
        return f"{name}-{self.lines[fault.position - 1].product_id}"

    def _unreadable(self) -> Iterator[tuple[str, DecisionFault]]:
        yield from _head_errors(self.values)
        for position, line in enumerate(self.lines, start=1):
            if line.stars not in {"3", "4", "5"}:
                yield (
                    f"stars-{line.product_id}",
                    DecisionFault(position, "stars", line.stars, Refusal.MISSING),
                )
            if line.score and score_of(line.score) is None:
                yield (
                    f"score-{line.product_id}",
                    DecisionFault(position, "score", line.score, Refusal.NOT_A_NUMBER),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationForm:
    """The form of a withdrawal, as typed."""

    submission_key: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, DecisionFault] = field(default_factory=dict)

    @classmethod
    def empty(cls, **values: str) -> "RevocationForm":
        """A form to fill in, with a key of its own."""
        return cls(submission_key=str(uuid4()), values=values)

    @classmethod
    def parse(cls, form: FormData) -> "RevocationForm":
        """What was sent, cleaned, with what cannot be read at all as errors."""
        names = ("decision_number", "revoked_on", "ground", "authority_name")
        values = {name: clean_line(form.get(name, "")) for name in names}
        values["note"] = clean_text(form.get("note", ""))
        errors = {name: DecisionFault(None, name, "", Refusal.MISSING) for name in names if not values[name]}
        if values["revoked_on"] and day_of(values["revoked_on"]) is None:
            errors["revoked_on"] = DecisionFault(None, "revoked_on", values["revoked_on"], Refusal.NOT_A_DATE)
        if values["ground"] and values["ground"] not in set(RevocationGround):
            errors["ground"] = DecisionFault(None, "ground", values["ground"], Refusal.UNKNOWN_CHOICE)
        return cls(submission_key=key_of(form.get("submission_key", "")), values=values, errors=errors)

    def facts(self) -> RevocationFacts:
        """What was typed as facts; only for a form whose `errors` are empty."""
        return RevocationFacts(
            decision_number=self.values["decision_number"],
            revoked_on=day_of(self.values["revoked_on"]) or date.min,
            ground=self.values["ground"],
            authority_name=self.values["authority_name"],
        )

    def with_faults(self, faults: Sequence[DecisionFault]) -> "RevocationForm":
        """The same with what the rules have against it."""
        known = {"decision_number", "revoked_on", "ground", "authority_name", "document"}
        found = {
            fault.field if fault.field in known else "decision_number": fault for fault in reversed(faults)
        }
        return replace(self, errors={**found, **self.errors})


def product_ids_of(texts: Sequence[str]) -> list[int]:
    """The numbers of products that were sent, each once, in their order; what is no number is left out."""
    numbers = (int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10)
    return list(dict.fromkeys(numbers))[:LINES_MAX]


def key_of(text: str) -> str:
    """The key of a form as it was sent; one that is none is replaced by a new one."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


def day_of(text: str) -> date | None:
    """«2026-10-01», «1/10/2026»: the day comes before the month. None for anything else."""
    iso, local = _ISO.fullmatch(text.strip()), _LOCAL.fullmatch(text.strip())
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if local:
            return date(int(local[3]), int(local[2]), int(local[1]))
    except ValueError:
        pass
    return None


def score_of(text: str) -> Decimal | None:
    """«81,25» or «81.25», never rounded; None if blank or no number."""
    try:
        score = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return score if score.is_finite() else None


def _head_errors(values: Mapping[str, str]) -> Iterator[tuple[str, DecisionFault]]:
    for name in ("decision_number", "decided_on", "authority_level", "authority_name"):
        if not values[name]:
            yield name, DecisionFault(None, name, "", Refusal.MISSING)
    if values["decided_on"] and day_of(values["decided_on"]) is None:
        yield "decided_on", DecisionFault(None, "decided_on", values["decided_on"], Refusal.NOT_A_DATE)
    if values["expiry_basis"] == ExpiryBasis.SOURCE:
        stated = values["expires_on"]
        if day_of(stated) is None:
            reason = Refusal.NOT_A_DATE if stated else Refusal.MISSING
            yield "expires_on", DecisionFault(None, "expires_on", stated, reason)
