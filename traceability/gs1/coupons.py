"""Coupon codes of North America, AI 8110 and 8112, read field by field.

No goods here carry them; they are read so that every identifier of the dictionary is. Source: GS1 US, «North American
Coupon Application Guideline Using GS1 DataBar Expanded Symbols»; GS1 General Specifications, AI 8110 and 8112.
"""

from collections.abc import Callable
from typing import Final

from traceability.gs1.breaches import Breach, breach, first_outside, whole
from traceability.gs1.moments import day_breach

PrefixName = Callable[[str], str | None]
"""The breach's name if a company prefix is not good, or None."""

_DIGITS: Final = frozenset("0123456789")
_OFFER_CODE_LENGTH: Final = 6
_SHORTEST_PREFIX: Final = 6
_NO_PREFIX: Final = "9"
_REQUIREMENT_CODES: Final = "012349"
_ORDINALS: Final = ("1ST", "2ND", "3RD")


class _BreachFound(Exception):  # noqa: N818  the end of the reading, not a failure
    def __init__(self, found: Breach) -> None:
        super().__init__(found.name)
        self.found = found


def offer_breach(value: str, prefix_name: PrefixName | None = None) -> Breach | None:
    """Why `value` is no coupon code (AI 8110), or None."""
    return _first_breach(value, _read_offer, prefix_name)


def positive_offer_breach(value: str, prefix_name: PrefixName | None = None) -> Breach | None:
    """Why `value` is no reference to a coupon kept in a file (AI 8112), or None."""
    return _first_breach(value, _read_positive_offer, prefix_name)


class _Reader:
    """Reads fields of a value in turn; each method ends the reading at the first breach."""

    def __init__(self, value: str, prefix_name: PrefixName | None) -> None:
        self.value = value
        self.at = 0
        self._prefix_name = prefix_name

    def code(self, name: str, allowed: str = "0123456789") -> str:
        """One digit out of `allowed`."""
        digit = self._next(f"COUPON_MISSING_{name}")
        if digit not in allowed:
            raise _BreachFound(breach(f"COUPON_INVALID_{name}", self.at - 1, 1))
        return digit

    def counted(self, name: str, allowed: str, more: int = 0) -> str:
        """As many digits as the first, out of `allowed`, says, and `more`."""
        length = self._next(f"COUPON_MISSING_{name}_VLI")
        if length not in allowed:
            raise _BreachFound(breach(f"COUPON_INVALID_{name}_LENGTH", self.at - 1, 1))
        return self.digits(int(length) + more, f"COUPON_TRUNCATED_{name}")

    def prefix(self, name: str, allowed: str) -> None:
        """A company prefix behind its length; «9» says that there is none, where it is allowed."""
        if _NO_PREFIX in allowed and self.value[self.at : self.at + 1] == _NO_PREFIX:
            self.at += 1
            return
        number = self.counted(name, allowed, more=_SHORTEST_PREFIX)
        trouble = self._prefix_name(number) if self._prefix_name else None
        if trouble:
            raise _BreachFound(breach(trouble, self.at - len(number), len(number)))

    def day(self, name: str) -> str:
        """A day YYMMDD."""
        text = self.digits(6, f"COUPON_TOO_SHORT_FOR_{name}_DATE")
        if day_breach(text):
            # The dictionary's own spelling of the word.
            word = "EXIPIRATION" if name == "EXPIRATION" else name
            raise _BreachFound(breach(f"COUPON_INVALID_{word}_DATE", self.at - 6, 6))
        return text

    def digits(self, count: int, too_few: str) -> str:
        """The next `count` digits."""
        left = len(self.value) - self.at
        if not left:
            raise _BreachFound(whole(self.value, too_few))
        if left < count:
            raise _BreachFound(breach(too_few, self.at, left))
        self.at += count
        return self.value[self.at - count : self.at]

    def takes(self, identifier: str) -> bool:
        """Whether the next field is the one that begins with `identifier`, which then is read."""
        if self.value[self.at : self.at + 1] != identifier:
            return False
        self.at += 1
        return True

    def end(self) -> None:
        """Nothing may be left."""
        if left := len(self.value) - self.at:
            raise _BreachFound(breach("COUPON_EXCESS_DATA", self.at, left))

    def _next(self, missing: str) -> str:
        if self.at == len(self.value):
            raise _BreachFound(whole(self.value, missing))
        self.at += 1
        return self.value[self.at - 1]


def _first_breach(
    value: str, read: Callable[[_Reader], None], prefix_name: PrefixName | None
) -> Breach | None:
    if found := first_outside(value, _DIGITS, "NON_DIGIT_CHARACTER"):
        return found
    try:
        read(_Reader(value, prefix_name))
    except _BreachFound as end:
        return end.found
    return None


def _read_offer(reader: _Reader) -> None:
    reader.prefix("GCP", "0123456")
    reader.digits(_OFFER_CODE_LENGTH, "COUPON_TRUNCATED_OFFER_CODE")
    reader.counted("SAVE_VALUE", "12345")
    _read_purchase(reader, 0)
    if reader.takes("1"):
        reader.code("ADDITIONAL_PURCHASE_RULES_CODE", "0123")
        _read_purchase(reader, 1)
    if reader.takes("2"):
        _read_purchase(reader, 2)
    _read_days(reader)
    if reader.takes("5"):
        reader.counted("SERIAL_NUMBER", "0123456789", more=6)
    if reader.takes("6"):
        reader.prefix("RETAILER_GCP_OR_GLN", "1234567")
    if reader.takes("9"):
        reader.code("SAVE_VALUE_CODE", "01256")
        reader.code("SAVE_VALUE_APPLIES_TO_ITEM", "012")
        reader.code("STORE_COUPON_FLAG")
        reader.code("DONT_MULTIPLY_FLAG", "01")
    reader.end()


def _read_purchase(reader: _Reader, number: int) -> None:
    name = f"{_ORDINALS[number]}_PURCHASE"
    reader.counted(f"{name}_REQUIREMENT", "12345")
    reader.code(f"{name}_REQUIREMENT_CODE", _REQUIREMENT_CODES)
    reader.digits(3, f"COUPON_TRUNCATED_{name}_FAMILY_CODE")
    if number:
        reader.prefix(f"{name}_GCP", "0123456" + _NO_PREFIX)


def _read_days(reader: _Reader) -> None:
    start, expires_on = reader.at, ""
    if reader.takes("3"):
        expires_on = reader.day("EXPIRATION")
    if reader.takes("4"):
        starts_on = reader.day("START")
        if expires_on and expires_on < starts_on:
            raise _BreachFound(breach("COUPON_EXPIRATION_BEFORE_START", start, reader.at - start))


def _read_positive_offer(reader: _Reader) -> None:
    reader.code("FORMAT_CODE", "01")
    reader.prefix("FUNDER", "0123456")
    reader.digits(_OFFER_CODE_LENGTH, "COUPON_TRUNCATED_OFFER_CODE")
    reader.counted("SERIAL_NUMBER", "0123456789", more=6)
    reader.end()
