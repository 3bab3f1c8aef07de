"""The one door to phonenumbers: Vietnamese telephone numbers as people write them."""

from typing import Final

COUNTRY: Final = "VN"
COUNTRY_CODE: Final = 84
LONGEST: Final = 40
"""Letters of the longest spelling looked at; a number has 15 digits at most (ITU-T E.164)."""


def vietnamese_phone(text: str) -> str | None:
    """`text` as «+84912345678», None if it is no number of Vietnam.

    Understands spaces, dots, «(024)», «+84» and «0084».
    """
    import phonenumbers  # 55 ms to import: only who needs it pays

    if len(text) > LONGEST:
        return None
    try:
        number = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != COUNTRY_CODE or number.extension or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def can_take_messages(phone: str) -> bool:
    """Whether `phone` (as `vietnamese_phone` writes it) may be a mobile one, which messages reach."""
    import phonenumbers

    kind = phonenumbers.number_type(phonenumbers.parse(phone, COUNTRY))
    return kind in {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
