"""What is typed about a claim: by the person who makes it, and by the officer who decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.text import clean_line, clean_text

NUMBER_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimForm:
    """A claim as typed. errors: field to reason (`Refusal`)."""

    producer_id: int | None = None
    product_id: int | None = None
    for_producer_id: int | None = None
    statement: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> "ClaimForm":
        """What was sent; what is no number is nothing."""
        return cls(
            producer_id=row_number(form.get("producer", "")),
            product_id=row_number(form.get("product", "")),
            for_producer_id=row_number(form.get("for_producer", "")),
            statement=clean_text(form.get("statement", "")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionForm:
    """A decision as typed. verdict: «approve», «refuse» or "" for none."""

    verdict: str = ""
    reason: str = ""
    replaces: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> "DecisionForm":
        """What was sent."""
        verdict = clean_line(form.get("verdict", ""))
        return cls(
            verdict=verdict if verdict in {"approve", "refuse"} else "",
            reason=clean_text(form.get("reason", "")),
            replaces=form.get("replaces") == "1",
        )


def row_number(text: str) -> int | None:
    """The number of a row as an address or a form names it, None for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if is_number and 0 < int(text) <= NUMBER_MAX else None
