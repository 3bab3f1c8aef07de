"""Vietnamese text: one spelling for comparing, one for storing, one for addresses on the web."""

import re
import unicodedata
from typing import Final

SLUG_MAX_LENGTH: Final = 80

# Eth looks like đ when capital (Ð, Đ); old keyboards and converted files mix them up.
_D_FORMS: Final = {"đ": "d", "ð": "d", "ɖ": "d"}
# Latin letters with marks, and the marks themselves: all that Vietnamese text can hold beyond ASCII.
_MARKED_RANGES: Final = ((0x80, 0x370), (0x1E00, 0x1F00))


def _strip_marks(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")


def _build_fold_table() -> dict[int, str]:
    table = {ord(letter): base for letter, base in _D_FORMS.items()}
    for first, beyond in _MARKED_RANGES:
        for code in range(first, beyond):
            bare = _strip_marks(chr(code))
            if bare != chr(code):
                table[code] = bare
    return table


_FOLD_TABLE: Final = _build_fold_table()

# The two schools of tone placement differ in open syllables (hoà/hòa, khoẻ/khỏe, thuỷ/thủy); the other
# pairs are common slips of the keyboard (cuả/của, gìa/già). The key puts the tone on the first vowel.
_TONES: Final = ("\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_VOWEL_PAIRS: Final = ("oa", "oe", "uy", "ua", "ia", "ưa")
_TONE_MOVES: Final = {
    unicodedata.normalize("NFC", pair + tone): unicodedata.normalize("NFC", pair[0] + tone + pair[1])
    for pair in _VOWEL_PAIRS
    for tone in _TONES
}
_TONE_PATTERN: Final = re.compile("|".join(_TONE_MOVES))

# C0 and C1 controls, soft hyphen, zero-width and bidirectional marks, lone surrogates, tags: characters
# that nobody sees and that make two equal-looking names differ. Tab, line ends and NEL are white space.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_END: Final = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_WORD: Final = re.compile(r"[^\W_]+")


def nfc(text: str) -> str:
    """`text` in Unicode normal form C, the one form we store."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`text` without case, tones, marks and đ, white space collapsed: «  Nước  MẮM » is «nuoc mam».

    Digits and punctuation stay. The same for NFC and NFD, and folding twice changes nothing.
    """
    if not text.isascii():
        text = _fold_marked(text)
    return " ".join(text.lower().split())


def _fold_marked(text: str) -> str:
    folded = nfc(text).lower().translate(_FOLD_TABLE)
    return folded if folded.isascii() else _strip_marks(folded)


def tone_key(text: str) -> str:
    """A key for comparing with tones: lower case, NFC, each tone on one agreed vowel, white space collapsed.

    «Hoà» and «Hòa», «Thuỷ» and «Thủy» have the same key; «mận», «mắn» and «man» have three. It is a key, not
    a spelling to show: «toàn» becomes «tòan».
    """
    lowered = " ".join(nfc(text).lower().split())
    if lowered.isascii():
        return lowered
    return _TONE_PATTERN.sub(lambda found: _TONE_MOVES[found[0]], nfc(lowered))


def words(text: str) -> list[str]:
    """The folded words of `text`, letters and digits only: «Cà-phê 250g» is ["ca", "phe", "250g"]."""
    return _WORD.findall(fold(text))


def slugify(text: str) -> str:
    """`text` as a piece of a web address: a-z, 0-9 and single hyphens, at most 80 characters, whole words.

    Letters that are not Latin are left out; the result is empty if nothing is left.
    """
    kept = (word.encode("ascii", "ignore").decode("ascii") for word in words(text))
    slug = "-".join(word for word in kept if word)
    if len(slug) <= SLUG_MAX_LENGTH:
        return slug
    whole, hyphen, _ = slug[: SLUG_MAX_LENGTH + 1].rpartition("-")
    return whole if hyphen else slug[:SLUG_MAX_LENGTH]


def clean_line(text: str) -> str:
    """One line as typed or imported, fit to store: NFC, nothing invisible, single spaces, none around."""
    return " ".join(nfc(_INVISIBLE.sub("", text)).split())


def clean_text(text: str) -> str:
    """Lines fit to store: each as `clean_line` makes it, "\\n" between, at most one empty line at a time."""
    cleaned = "\n".join(clean_line(line) for line in _LINE_END.split(text))
    return re.sub("\n{3,}", "\n\n", cleaned).strip("\n")
