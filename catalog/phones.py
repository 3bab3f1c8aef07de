"""Telephone numbers of producers and visitors."""

from catalog.errors import InvalidFactError
from catalog.facts import Refusal
from core import phones


def vietnamese_phone(field: str, text: str) -> str:
    """`text` as «+84912345678». Understands spaces, dots, «(024)», «+84» and «0084».

    Raises InvalidFactError(field=…) for anything that is no number of Vietnam.
    """
    phone = phones.vietnamese_phone(text)
    if phone is None:
        raise InvalidFactError(field=field, value=text, reason=Refusal.NOT_A_PHONE)
    return phone
