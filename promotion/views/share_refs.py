"""Where the picture for sharing of a thing stands, for pages that name it and kits that offer it."""

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from flask import current_app

from core import clock
from core.config import Settings
from core.i18n import DEFAULT_LANGUAGE, current_language
from promotion.queries.share_subjects import ShareSubject, find_share_subject
from promotion.share_images.captions import alt_text, version_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRef:
    """Addresses of the two pictures of a subject, whole, and what they show in words."""

    wide_url: str
    square_url: str
    alt: str


def share_ref(kind: str, slug: str) -> ShareRef | None:
    """The pictures of the thing with that address as they are today, None where it has none. Draws nothing."""
    subject = find_share_subject(kind, slug, clock.today())
    return None if subject is None else share_ref_of(subject)


def share_ref_of(subject: ShareSubject) -> ShareRef:
    """The pictures of a subject that was found already."""
    at = partial(image_path, subject, version_of(subject, host_in_words()))
    base = settings().public_base_url
    return ShareRef(
        wide_url=base + at("wide"), square_url=base + at("square"), alt=alt_text(subject, host_in_words())
    )


def image_path(subject: ShareSubject, version: str, shape: str) -> str:
    """The address of one picture on this site, in the present language."""
    prefix = "" if current_language() == DEFAULT_LANGUAGE else f"/{current_language()}"
    return f"{prefix}/share/{subject.kind}/{subject.slug}/{version}-{shape}.jpg"


def host_in_words() -> str:
    """The host that a QR code leads to, as people read it."""
    return urlsplit(settings().public_base_url).netloc


def settings() -> Settings:
    """The settings of the present application."""
    found: Settings = current_app.extensions["settings"]
    return found
