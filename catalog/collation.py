"""Vietnamese alphabetical order: a ă â b c d đ e ê … o ô ơ … u ư …, tones deciding last.

Source: the order of the Vietnamese alphabet of 29 letters; tones level, grave, hook, tilde, acute, dot, as
dictionaries have them.
"""

import unicodedata
from typing import Final

_ALPHABET: Final = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACES: Final = {letter: chr(0x21 + place) for place, letter in enumerate(_ALPHABET)}
_TONES: Final = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_MARKED_VOWEL: Final = {"\u0302", "\u0306", "\u031b"}  # circumflex, breve, horn: letters of their own
_GAP: Final = " "


def collation_key(text: str) -> str:
    """A key whose plain order is the Vietnamese order of names; words before letters, digits before letters."""
    letters: list[str] = []
    tones: list[str] = []
    for letter in unicodedata.normalize("NFC", text).lower():
        place, tone = _LETTERS.get(letter) or _split(letter)
        letters.append(place)
        if place != _GAP:
            tones.append(tone)
    return f"{' '.join(''.join(letters).split())}\x1f{''.join(tones)}"


def _split(letter: str) -> tuple[str, str]:
    tone, kept = "0", []
    for sign in unicodedata.normalize("NFD", letter):
        if sign in _TONES:
            tone = _TONES[sign]
        elif unicodedata.category(sign) != "Mn" or sign in _MARKED_VOWEL:
            kept.append(sign)
    base = unicodedata.normalize("NFC", "".join(kept))
    if not base.isalnum():
        return _GAP, tone
    return _PLACES.get(base, "~" + base), tone


_LETTERS: Final = {
    toned: _split(toned)
    for letter in _ALPHABET + " -.,()/'\"&+%"
    for toned in {unicodedata.normalize("NFC", letter + tone) for tone in ("", *_TONES)}
    if len(toned) == 1
}
