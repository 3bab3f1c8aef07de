"""Ready texts for sharing: facts of the record only, no star where none is in force, no praise and no price."""

from dataclasses import dataclass
from datetime import date

from catalog.stars import STATES_WITH_STARS
from core.i18n import current_language
from core.i18n import gettext as _
from core.text import clean_line
from promotion.queries.share_subjects import ShareSubject


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTexts:
    """One text for each place. tiktok: short, the address is typed there by hand."""

    facebook: str
    zalo: str
    tiktok: str


def share_texts(subject: ShareSubject, on: date, url: str) -> ShareTexts:
    """The texts of a product in the language spoken now. url: the short link, as a QR code has it."""
    name = clean_line((subject.name_en if current_language() == "en" else None) or subject.name)
    maker, place = subject.maker or "", subject.place or ""
    has_stars = bool(subject.stars) and subject.state in STATES_WITH_STARS
    rank = ""
    if has_stars:
        day = f"{on.day}/{on.month}/{on.year}"
        rank = _("OCOP %(stars)s-star, in force on %(day)s.", stars=subject.stars, day=day)
    made = _("Made by %(maker)s, %(place)s.", maker=maker, place=place) if maker and place else ""
    if not made and maker:
        made = _("Made by %(maker)s.", maker=maker)
    mark = _("(Demonstration: not real goods.)") if subject.is_demonstration else ""
    see = _("See the decision, the place of origin and how to buy: %(url)s", url=url)
    return ShareTexts(
        facebook="\n".join(part for part in (name, made, rank, see, mark) if part),
        zalo=" ".join(part for part in (f"{name}.", made, rank, url, mark) if part),
        tiktok=" ".join(
            part for part in (f"{name}.", rank, f"#OCOP {_hashtag(place)}".strip(), url, mark) if part
        ),
    )


def _hashtag(place: str) -> str:
    """«#VĩnhLong» of «Phường An Hội, Vĩnh Long»; «» of nothing."""
    province = place.rpartition(",")[2]
    word = "".join(letter for letter in province if letter.isalnum())
    return f"#{word}" if word else ""
