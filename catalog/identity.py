"""When two spellings are one producer or one product: keys for comparing, and slugs."""

import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from typing import Final

from core.text import SLUG_MAX_LENGTH, slugify, tone_key

KEY_MAX: Final = 200

# Short forms of the kinds of business, as registers and market listings write them.
_SHORT_FORMS: Final = {
    "htx": "hợp tác xã",
    "thtx": "tổ hợp tác xã",
    "tht": "tổ hợp tác",
    "cty": "công ty",
    "ct": "công ty",
    "cp": "cổ phần",
    "hkd": "hộ kinh doanh",
    "dntn": "doanh nghiệp tư nhân",
    "sx": "sản xuất",
    "tm": "thương mại",
    "dv": "dịch vụ",
    "xnk": "xuất nhập khẩu",
    "nn": "nông nghiệp",
}
_WORD: Final = re.compile(r"[^\W_]+")


def producer_key(name: str) -> str:
    """The same for «HTX Hoà Bình», «hợp tác xã hòa bình» in NFD, and in capitals.

    Tones count: «Hộ kinh doanh Nguyễn Thị Hoa» and «… Hòa» are two people.
    """
    found = _WORD.findall(tone_key(name))
    return tone_key(" ".join(_SHORT_FORMS.get(word, word) for word in found))


def name_key(name: str) -> str:
    """A name for comparing: case, form, punctuation and the school of tone marks do not matter, tones do."""
    return " ".join(_WORD.findall(tone_key(name)))


def product_key(name: str, producer: str | None, province: str | None) -> str:
    """A register key for a product whose file gives none: its name, producer and province of today.

    At most 200 characters; a longer one ends in a hash of the whole.
    """
    pieces = (name_key(name), producer_key(producer or ""), tone_key(province or ""))
    key = "|".join(pieces)
    if len(key) <= KEY_MAX:
        return key
    digest = sha256(key.encode()).hexdigest()[:32]
    return f"{key[: KEY_MAX - 33]}~{digest}"


def slugs_for(text: str, fallback: str) -> Iterator[str]:
    """Slugs of a thing called `text`, best first, without end: `x`, `x-2`, `x-3` …

    fallback: the slug where `text` holds no Latin letter at all. None is longer than `SLUG_MAX_LENGTH`.
    """
    base = slugify(text) or fallback
    yield base
    for number in count(2):
        ending = f"-{number}"
        yield f"{base[: SLUG_MAX_LENGTH - len(ending)].rstrip('-')}{ending}"
