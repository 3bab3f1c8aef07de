"""What somebody types who complains, made into plain checked values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from accounts.contacts import ContactKind, find_contact
from core.i18n import current_language
from core.phones import vietnamese_phone
from core.text import clean_line, clean_text
from orders.complaint_terms import ComplaintKind
from orders.operations.complaints import TEXT_MAX, ComplaintFacts
from storefront.account_forms import submission_key

NAME_MAX: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintForm:
    """A complaint as typed. errors: field to reason. facts: what was understood, once there is no error."""

    submission_key: str
    kind: str = ""
    order_code: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    text: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    facts: ComplaintFacts | None = None

    @classmethod
    def empty(cls, order_code: str = "") -> "ComplaintForm":
        """A form to fill in, with a key of its own."""
        kind = ComplaintKind.ORDER.value if order_code else ""
        return cls(submission_key=submission_key(""), kind=kind, order_code=clean_line(order_code)[:20])

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> "ComplaintForm":
        """What was sent, checked."""
        lines: dict[str, Any] = {
            name: clean_line(form.get(name, "")) for name in ("kind", "name", "phone", "email")
        }
        code = clean_line(form.get("order_code", "")).upper().replace(" ", "")[:20]
        sent = cls(
            submission_key=submission_key(form.get("submission_key", "")),
            order_code=code,
            text=clean_text(form.get("text", "")),
            **lines,
        )
        return sent._checked()

    def _checked(self) -> "ComplaintForm":
        phone = vietnamese_phone(self.phone)
        contact = find_contact(self.email) if self.email else None
        is_email = contact is not None and contact.kind is ContactKind.EMAIL
        faults: dict[str, Any] = {
            "kind": "" if self.kind in set(ComplaintKind) else "missing",
            "text": _fault(self.text, TEXT_MAX),
            "name": _fault(self.name, NAME_MAX),
            "phone": "" if phone else ("not_a_phone" if self.phone else "missing"),
            "email": "" if is_email or not self.email else "not_an_email",
        }
        errors = {name: fault for name, fault in faults.items() if fault}
        if errors or phone is None:
            return replace(self, errors=errors)
        facts = ComplaintFacts(
            kind=ComplaintKind(self.kind),
            name=self.name,
            phone=phone,
            text=self.text,
            language=current_language(),
            email=contact.value if contact is not None and is_email else None,
            order_code=self.order_code,
        )
        return replace(self, facts=facts)


def _fault(value: str, most: int) -> str:
    if not value:
        return "missing"
    return "too_long" if len(value) > most else ""
