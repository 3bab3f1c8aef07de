"""How people are reached and known: a Vietnamese telephone number or an e-mail address, in one spelling each."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.phones import can_take_messages, vietnamese_phone
from core.text import clean_line

EMAIL_MAX: Final = 254
"""Source: RFC 5321, 4.5.3.1.3 (a path holds 256 octets, two of them brackets)."""
LOCAL_MAX: Final = 64

# Addresses as they are given out in practice; quoted local parts and names beyond ASCII no mail server here knows.
_EMAIL: Final = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
)


class ContactKind(StrEnum):
    """By which of the two a person is reached."""

    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Contact:
    """A number as «+84912345678», or an address in small letters."""

    kind: ContactKind
    value: str

    @property
    def told(self) -> str:
        """As people write it: «0912 345 678»."""
        if self.kind is ContactKind.EMAIL:
            return self.value
        local = self.value.replace("+84", "0", 1)
        return f"{local[:4]} {local[4:7]} {local[7:]}"

    @property
    def masked(self) -> str:
        """Enough for its owner to know it again: «•••• 678», «l•••@example.vn»."""
        if self.kind is ContactKind.PHONE:
            return f"•••• {self.value[-3:]}"
        local, _, domain = self.value.partition("@")
        return f"{local[:1]}•••@{domain}"


def find_contact(text: str) -> Contact | None:
    """What `text` reaches, None if it is neither a mobile number of Vietnam nor an e-mail address."""
    text = clean_line(text)
    if "@" in text:
        email = text.lower()
        is_address = len(email) <= EMAIL_MAX and len(email.partition("@")[0]) <= LOCAL_MAX
        return Contact(ContactKind.EMAIL, email) if is_address and _EMAIL.fullmatch(email) else None
    phone = vietnamese_phone(text)
    return Contact(ContactKind.PHONE, phone) if phone and can_take_messages(phone) else None


def contact_of(value: str) -> Contact:
    """The contact whose value is stored as `value`."""
    return Contact(ContactKind.EMAIL if "@" in value else ContactKind.PHONE, value)
