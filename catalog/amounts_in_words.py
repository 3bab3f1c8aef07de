"""Amounts in words, so that a zero too many is heard. Pure.

Source: how numbers are read in Vietnamese (northern school: «linh», «mốt», «tư» and «lăm» after tens).
"""

from typing import Final

_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_ENDINGS: Final = {1: "mốt", 4: "tư", 5: "lăm"}
_SCALES: Final = ((1_000_000, "triệu"), (1_000, "nghìn"), (1, ""))
_BILLION: Final = 1_000_000_000

_SMALL: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH_SCALES: Final = ((_BILLION, "billion"), (1_000_000, "million"), (1_000, "thousand"))


def amount_in_words(amount_vnd: int, language: str) -> str:
    """«một trăm hai mươi lăm nghìn đồng», in English «one hundred and twenty-five thousand đồng».

    amount_vnd: whole đồng, 0 or more; raises ValueError below. language: "vi" or "en".
    """
    words = english_words(amount_vnd) if language == "en" else vietnamese_words(amount_vnd)
    return f"{words} đồng"


def vietnamese_words(number: int) -> str:
    """A number of 0 or more as it is read aloud. Raises ValueError below 0."""
    if number < 0:
        raise ValueError(number)
    if number == 0:
        return _DIGITS[0]
    billions, rest = divmod(number, _BILLION)
    words = [*vietnamese_words(billions).split(), "tỷ"] if billions else []
    for size, scale in _SCALES:
        group, rest = divmod(rest, size)
        if group:
            words += [*_group(group, is_first=not words), *([scale] if scale else [])]
    return " ".join(words)


def english_words(number: int) -> str:
    """A number of 0 or more in British words. Raises ValueError below 0."""
    if number < 0:
        raise ValueError(number)
    if number < 1_000:
        return _english_group(number)
    words = []
    for size, scale in _ENGLISH_SCALES:
        count, number = divmod(number, size)
        if count:
            words.append(f"{english_words(count)} {scale}")
    if number:
        words.append(f"and {_english_group(number)}" if number < 100 else _english_group(number))
    return " ".join(words)


def _group(group: int, *, is_first: bool) -> list[str]:
    """1 to 999; inside a number the hundreds are named even where there are none."""
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    words = [] if is_first and not hundreds else [_DIGITS[hundreds], "trăm"]
    if tens == 0:
        return words if ones == 0 else [*words, *(["linh"] if words else []), _DIGITS[ones]]
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if ones:
        words.append(_ending(tens, ones))
    return words


def _ending(tens: int, ones: int) -> str:
    is_plain = tens == 1 and ones != 5
    return _DIGITS[ones] if is_plain else _ENDINGS.get(ones, _DIGITS[ones])


def _english_group(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _english_pair(rest)
    words = f"{_SMALL[hundreds]} hundred"
    return f"{words} and {_english_pair(rest)}" if rest else words


def _english_pair(number: int) -> str:
    if number < len(_SMALL):
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_SMALL[ones]}" if ones else _TENS[tens]
