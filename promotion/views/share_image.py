"""Pictures for sharing: handed out as kept, drawn by the first who asks for a version.

Nobody can make us draw without end: only the one version of the day is drawn, one at a time in each process, and a
network has so many drawings an hour; whatever else is asked for is led there.
"""

from threading import Lock
from typing import Final

from flask import Response, redirect, request
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from catalog.views.papers import SANDBOXED, files
from core import clock
from core.db import transaction
from core.files import StoredFileNotFoundError
from core.i18n import current_language
from core.limits import address_prefix, use_up
from core.web.access import public
from core.web.headers import use_headers
from promotion.errors.campaigns import ShareImageNotFoundError
from promotion.operations.share_images import DrawnImage, find_kept_image, keep_image, share_link
from promotion.queries.share_subjects import (
    ShareSubject,
    find_photograph,
    find_share_subject,
)
from promotion.share_images.captions import caption_of, version_of
from promotion.share_images.drawing import SHAPES, draw
from promotion.sources import short_url
from promotion.views.share_refs import host_in_words, image_path

DRAWINGS: Final = "240/hour"
"""For one network; a campaign shared in a large group makes one drawing for each picture, not for each reader."""
WAIT_SECONDS: Final = 8.0
RETRY_SECONDS: Final = 5
_drawing: Final = Lock()


@public
def share_image(kind: str, slug: str, version: str, shape: str) -> AnyResponse:
    """The picture of today; another version is led to it. Raises ShareImageNotFoundError."""
    subject = find_share_subject(kind, slug, clock.today())
    if subject is None or shape not in SHAPES:
        raise ShareImageNotFoundError(kind=kind, slug=slug)
    wanted = version_of(subject, host_in_words())
    if version != wanted:
        answer = redirect(image_path(subject, wanted, shape), 302)
        answer.headers["Cache-Control"] = "no-cache"
        return answer
    content = _kept(subject, wanted, shape) or _drawn(subject, wanted, shape)
    use_headers(SANDBOXED)
    answer = Response(content, content_type="image/jpeg")
    # Asked for again each time: a recognition may have ended meanwhile, and with it this version.
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.set_etag(f"{wanted}-{shape}-{current_language()}")
    if request.args.get("download") == "1":
        answer.headers["Content-Disposition"] = f'attachment; filename="{subject.slug}-{shape}.jpg"'
    return answer.make_conditional(request)


def _kept(subject: ShareSubject, version: str, shape: str) -> bytes | None:
    found = find_kept_image(subject.kind, subject.id, current_language(), shape)
    return _read(found.sha256) if found is not None and found.version == version else None


def _drawn(subject: ShareSubject, version: str, shape: str) -> bytes:
    allowed = use_up(DRAWINGS, "promotion.share_image", address_prefix(request.remote_addr))
    if not allowed.is_within:
        raise TooManyRequests(retry_after=allowed.reset_seconds)
    if not _drawing.acquire(timeout=WAIT_SECONDS):
        raise ServiceUnavailable(retry_after=RETRY_SECONDS)
    try:
        return _kept(subject, version, shape) or _draw_and_keep(subject, version, shape)
    finally:
        _drawing.release()


def _draw_and_keep(subject: ShareSubject, version: str, shape: str) -> bytes:
    now = clock.now()
    with transaction():
        url = short_url(share_link(subject, by=None, now=now))
    sha256 = find_photograph(subject.picture_key) if subject.picture_key else None
    photograph = _read(sha256) if sha256 else None
    content = draw(caption_of(subject, host_in_words()), shape, photograph, subject.illustration, url)
    name = files().put(content)
    drawn = DrawnImage(
        kind=subject.kind,
        subject_id=subject.id,
        language=current_language(),
        shape=shape,
        version=version,
        sha256=name,
        byte_count=len(content),
    )
    with transaction():
        keep_image(drawn, now=now)
    return content


def _read(sha256: str) -> bytes | None:
    try:
        with files().open(sha256) as opened:
            return opened.read()
    except (StoredFileNotFoundError, OSError):
        return None
