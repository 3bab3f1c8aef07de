"""What people send from the pages of signing in, signing up and security, made into plain values.

Passwords are taken as they are: blanks and marks belong to them. errors: field to reason; a template has the sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from accounts.contacts import Contact, ContactKind, find_contact
from accounts.operations.sign_up import NAME_MAX
from core.text import clean_line

TYPED_MAX: Final = 254
CODE_MAX: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactForm:
    """A number or address as typed, and the one it means."""

    typed: str = ""
    contact: Contact | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, form: Mapping[str, str], kind: ContactKind | None = None) -> "ContactForm":
        """What was sent; kind: the only kind that is asked for."""
        typed = clean_line(form.get("contact", ""))[:TYPED_MAX]
        contact = find_contact(typed)
        if not typed:
            return cls(errors={"contact": "missing"})
        if contact is None or (kind is not None and contact.kind is not kind):
            return cls(typed=typed, errors={"contact": "unknown"})
        return cls(typed=typed, contact=contact)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInForm:
    """Number or address and password; or the wish to be sent a code instead."""

    typed: str = ""
    contact: Contact | None = None
    password: str = field(default="", repr=False)
    wants_code: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> "SignInForm":
        """What was sent, cleaned."""
        asked = ContactForm.parse(form)
        wants_code, password = form.get("action") == "code", form.get("password", "")
        unsaid = [] if wants_code or password else ["password"]
        errors = {**asked.errors, **dict.fromkeys(unsaid, "missing")}
        return cls(
            typed=asked.typed,
            contact=asked.contact,
            password=password,
            wants_code=wants_code,
            errors=errors,
        )

    def with_error(self, name: str, reason: str) -> "SignInForm":
        """The same with one more error."""
        return replace(self, errors={**self.errors, name: reason})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccountForm:
    """The last page of signing up."""

    name: str = ""
    password: str = field(default="", repr=False)
    agrees_to_terms: bool = False
    agrees_to_marketing: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> "NewAccountForm":
        """What was sent, cleaned. A box that was not ticked is no consent."""
        name = clean_line(form.get("name", ""))
        errors = {"name": "missing"} if not name else {"name": "too_long"} if len(name) > NAME_MAX else {}
        agrees = form.get("terms") == "1"
        if not agrees:
            errors["terms"] = "missing"
        return cls(
            name=name[:TYPED_MAX],
            password=form.get("password", ""),
            agrees_to_terms=agrees,
            agrees_to_marketing=form.get("marketing") == "1",
            errors=errors,
        )

    def with_error(self, name: str, reason: str) -> "NewAccountForm":
        """The same with one more error."""
        return replace(self, errors={**self.errors, name: reason})


def typed_code(form: Mapping[str, str]) -> str:
    """The code that was typed, blanks and all; too long ones are cut and so wrong."""
    return form.get("code", "")[:CODE_MAX]
