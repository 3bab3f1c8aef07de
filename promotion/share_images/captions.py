"""What stands on a picture for sharing, in the language spoken now, and the version that goes with it."""

from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from json import dumps
from typing import Final

from catalog.stars import STATES_WITH_STARS, CertificationState
from core.i18n import current_language, format_date
from core.i18n import gettext as _
from core.text import clean_line
from promotion.queries.share_subjects import ShareSubject, SubjectKind

DRAWN: Final = 1
"""Counts up when pictures are drawn differently: then all of them have new addresses."""
TEXT_MAX: Final = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The words of a picture. badge: of the plate, «» without one; stars: 3, 4, 5, or 0. call: beside the QR code."""

    title: str
    lines: tuple[str, ...]
    about: str
    stars: int
    badge: str
    badge_note: str
    call: str
    mark: str
    host: str


def caption_of(subject: ShareSubject, host: str) -> Caption:
    """The words for `subject`. host: where the QR code leads, in words («chợ.example»)."""
    is_english = current_language() == "en"
    name = (subject.name_en if is_english else None) or subject.name
    about = (subject.about_en if is_english else None) or subject.about or ""
    stars = subject.stars if subject.stars and subject.state in STATES_WITH_STARS else 0
    return Caption(
        title=_cut(name),
        lines=tuple(_cut(line) for line in _lines(subject) if line),
        about=_cut(about),
        stars=stars,
        badge=_("OCOP %(stars)s-star", stars=stars) if stars else "",
        badge_note=_("being re-assessed") if stars and subject.state == CertificationState.EXTENDED else "",
        call=_CALLS[subject.kind](),
        mark=_("Demonstration, not real goods") if subject.is_demonstration else "",
        host=host,
    )


def version_of(subject: ShareSubject, host: str) -> str:
    """16 hexadecimal digits that differ where anything that can be seen does, stars of the day among it.

    A product whose recognition has ended has another version, and with it another address, from midnight on.
    """
    told = dumps([DRAWN, current_language(), asdict(caption_of(subject, host)), subject.kind,
                  subject.id, subject.slug, subject.picture_key, subject.illustration])  # fmt: skip
    return sha256(told.encode()).hexdigest()[:16]


def alt_text(subject: ShareSubject, host: str) -> str:
    """What the picture shows, for those who do not see it."""
    caption = caption_of(subject, host)
    return ". ".join(part for part in (caption.title, caption.badge, *caption.lines) if part)


def without_stars(subject: ShareSubject) -> ShareSubject:
    """The same with no recognition to speak of."""
    return replace(subject, stars=None, state=None)


def _lines(subject: ShareSubject) -> tuple[str | None, ...]:
    if subject.kind is SubjectKind.PRODUCER:
        count = _("%(count)s products in register and shop", count=subject.count) if subject.count else None
        return subject.place, count
    if subject.kind in {SubjectKind.FAIR, SubjectKind.CAMPAIGN}:
        days = f"{format_date(subject.from_on)} – {format_date(subject.until_on)}"
        if subject.from_on == subject.until_on:
            days = format_date(subject.from_on)
        return days, subject.place, subject.maker
    return subject.maker, subject.place


_CALLS: Final = {
    SubjectKind.PRODUCT: lambda: _("Scan to see the decision, the place of origin and how to buy"),
    SubjectKind.PRODUCER: lambda: _("Scan to see the goods and their certificates"),
    SubjectKind.FAIR: lambda: _("Scan to see who is there and the programme"),
    SubjectKind.CAMPAIGN: lambda: _("Scan to see hampers, codes and goods"),
    SubjectKind.COLLECTION: lambda: _("Scan to see the goods and by which rule they were chosen"),
}


def _cut(text: str) -> str:
    """One line without anything invisible, of a length that can be drawn."""
    line = clean_line(text)
    return line if len(line) <= TEXT_MAX else line[: TEXT_MAX - 1].rstrip() + "…"
