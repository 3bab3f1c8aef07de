"""Check digits and check pairs. Source: GS1 General Specifications, sections 7.9.1 and 7.9.5."""

from typing import Final

from traceability.gs1.breaches import Breach, breach, first_outside, whole

_DIGITS: Final = frozenset("0123456789")
# The order gives each character its value from 0 to 81. Source: General Specifications, figure 7.9.5-2.
_VALUES: Final = {
    character: value
    for value, character in enumerate(
        "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
    )
}
_PAIR_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PAIR_MODULUS: Final = 1021
LONGEST_FOR_PAIR: Final = 99
"""Characters, the pair included; the longest identifier that has a pair takes 30."""


def _primes(count: int) -> tuple[int, ...]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return tuple(found)


_PRIMES: Final = _primes(LONGEST_FOR_PAIR - 2)


def check_digit(digits: str) -> str:
    """The check digit behind `digits`: weights 3, 1, 3 … from the right."""
    total = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def check_digit_breach(value: str) -> Breach | None:
    """Why the last digit of `value` is not its check digit, or None."""
    if not value:
        return whole(value, "TOO_SHORT_FOR_CHECK_DIGIT")
    if found := first_outside(value, _DIGITS, "NON_DIGIT_CHARACTER"):
        return found
    if value[-1] != check_digit(value[:-1]):
        return breach("INCORRECT_CHECK_DIGIT", len(value) - 1, 1)
    return None


def check_pair(text: str) -> str:
    """The check pair behind `text` (at most 97 characters of the set of 82): primes as weights, from the right."""
    total = sum(_VALUES[each] * weight for each, weight in zip(reversed(text), _PRIMES, strict=False))
    high, low = divmod(total % _PAIR_MODULUS, 32)
    return _PAIR_ALPHABET[high] + _PAIR_ALPHABET[low]


def check_pair_breach(value: str) -> Breach | None:
    """Why the last two characters of `value` are not its check pair, or None."""
    if len(value) < 2:
        return whole(value, "TOO_SHORT_FOR_CHECK_PAIR")
    if len(value) > LONGEST_FOR_PAIR:
        return whole(value, "TOO_LONG_FOR_CHECK_PAIR_IMPLEMENTATION")
    if found := first_outside(value[:-2], frozenset(_VALUES), "INVALID_CSET82_CHARACTER"):
        return found
    if value[-2:] != check_pair(value[:-2]):
        return breach("INCORRECT_CHECK_PAIR", len(value) - 2, 2)
    return None
