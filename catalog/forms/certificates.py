"""Forms about certificates: what a producer states, what an officer decides."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from werkzeug.datastructures import MultiDict

from catalog.operations.certificate_claims import ClaimFacts
from core.text import clean_line, clean_text

_DAY: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
WHOLE: Final = ""
"""Chosen as product: held for all that the producer makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimForm:
    """A certificate as typed. product: number of a product, or `WHOLE`. evidence: number of a paper that came before.

    errors: field to reason (`Refusal`, or a `MediaFault` at «file»).
    """

    submission_key: str
    kind: str = ""
    product: str = WHOLE
    standard: str = ""
    number: str = ""
    issuer: str = ""
    issued_on: str = ""
    expires_on: str = ""
    evidence: str = ""
    replaces: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, *, replaces: str = "") -> "ClaimForm":
        """Nothing typed yet."""
        return cls(submission_key=str(uuid4()), replaces=replaces)

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> "ClaimForm":
        """What was typed, and what is wrong with days that are none."""
        typed = {
            name: clean_line(given.get(name, ""))[:500]
            for name in (
                "kind",
                "product",
                "standard",
                "number",
                "issuer",
                "issued_on",
                "expires_on",
                "evidence",
                "replaces",
            )
        }
        errors = {
            name: "not_a_date"
            for name in ("issued_on", "expires_on")
            if typed[name] and as_day(typed[name]) is None
        }
        return cls(submission_key=_uuid(given.get("submission_key", "")), errors=errors, **typed)

    @property
    def facts(self) -> ClaimFacts:
        """For the operation."""
        return ClaimFacts(
            kind=self.kind,
            number=self.number,
            issuer=self.issuer,
            issued_on=as_day(self.issued_on),
            expires_on=as_day(self.expires_on),
            standard=self.standard or None,
        )

    def with_error(self, name: str, reason: str) -> "ClaimForm":
        """The same with one more error."""
        return replace(self, errors={**self.errors, name: reason})

    def with_evidence(self, evidence_id: int) -> "ClaimForm":
        """The same, its paper kept: it need not be chosen again."""
        return replace(self, evidence=str(evidence_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewForm:
    """What an officer decides. outcome: a `ReviewOutcome`. public_pages: numbers of pages that everybody may see."""

    outcome: str = ""
    method: str = ""
    reason: str = ""
    public_pages: tuple[int, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, given: MultiDict[str, str]) -> "ReviewForm":
        """What was chosen and typed."""
        told = given.getlist("public_pages")
        pages = [int(each) for each in told if each.isascii() and each.isdigit() and len(each) < 5]
        return cls(
            outcome=given.get("outcome", ""),
            method=given.get("method", ""),
            reason=clean_text(given.get("reason", ""))[:5_000],
            public_pages=tuple(sorted(set(pages))),
        )

    def with_error(self, name: str, reason: str) -> "ReviewForm":
        """The same with one more error."""
        return replace(self, errors={**self.errors, name: reason})


def as_day(text: str) -> date | None:
    """«2026-03-01», as browsers send days, or «1/3/2026», as people write them; None for what is no day."""
    written = _DAY.fullmatch(text)
    try:
        if written:
            day, month, year = (int(part) for part in written.groups())
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())
