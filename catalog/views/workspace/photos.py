"""Photographs of a listing: sent from the telephone, put in order, described, taken away and laid back."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, get_template_attribute, jsonify, make_response, redirect, render_template, request
from flask import url_for as address_of
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from accounts.errors import NotYoursError
from catalog.errors import InvalidFactError, PictureGoneError, PictureNotFoundError, TooManyPicturesError
from catalog.models import Product
from catalog.operations.pictures import (
    LAY_BACK_WITHIN,
    PICTURES_MAX,
    add_picture,
    describe_picture,
    draw_picture,
    lay_back_picture,
    list_shown,
    order_pictures,
    remove_picture,
)
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.pictures import find_card_file, list_removed_pictures
from catalog.views.papers import SANDBOXED, files
from catalog.views.workspace.listing_access import Desk, product_of, publishing_desk, writing_desk
from core import clock
from core.db import transaction
from core.files import StoredFileNotFoundError
from core.limits import rate_limited
from core.media.errors import InvalidMediaError
from core.web.access import takes_files
from core.web.headers import use_headers

NAME_MAX = 60


@dataclass(frozen=True, slots=True)
class PhotoFault:
    """A file that was not taken. name: as the person calls it. reason: a `MediaFault`, «too_many» or «unavailable»."""

    name: str
    reason: str


@needs(can_enter_workspace)
def photos(producer_id: int, product_id: int) -> Response:
    """All photographs of the listing, and the form for more."""
    desk, product = _own(producer_id, product_id)
    return _page(desk, product)


@needs(can_enter_workspace)
@rate_limited("60/minute")
@takes_files
def photos_create(producer_id: int, product_id: int) -> AnyResponse:
    """Take each file that can be taken; those that cannot are named, each with its reason."""
    desk, product = _writing(producer_id, product_id)
    faults = [fault for sent in request.files.getlist("photos") if (fault := _take(desk, product_id, sent))]
    status = 503 if any(fault.reason == "unavailable" for fault in faults) else 422
    if request.accept_mimetypes.best == "application/json":
        told = [{"name": fault.name, "sentence": _sentence(fault)} for fault in faults]
        return make_response(jsonify(faults=told), status if faults else 201)
    if faults:
        return _page(desk, product, faults, status)
    return _back(producer_id, product_id)


@needs(can_enter_workspace)
def photos_order(producer_id: int, product_id: int) -> AnyResponse:
    """Put the photographs into the order that the form holds."""
    desk, product = _writing(producer_id, product_id)
    numbers = request.form.get("order", "").split(",")
    order = [int(each) for each in numbers if each.isdecimal() and len(each) < 10]
    try:
        with transaction():
            order_pictures(_product(desk, product_id), order, by=desk.actor, now=clock.now())
    except InvalidFactError:
        return _page(desk, product, notice="changed", status=409)
    return _back(producer_id, product_id)


@needs(can_enter_workspace)
def photo_describe(producer_id: int, product_id: int, picture_id: int) -> AnyResponse:
    """Say what the photograph shows, in both languages."""
    desk, product = _writing(producer_id, product_id)
    alt, alt_en = request.form.get("alt", ""), request.form.get("alt_en", "")
    try:
        with transaction():
            describe_picture(
                _product(desk, product_id), picture_id, alt=alt, alt_en=alt_en, by=desk.actor, now=clock.now()
            )
    except InvalidFactError:
        return _page(desk, product, notice="alt_too_long", status=422)
    return _back(producer_id, product_id)


@needs(can_enter_workspace)
def photo_remove(producer_id: int, product_id: int, picture_id: int) -> AnyResponse:
    """Take the photograph from the page; below it can be laid back."""
    desk, _product_seen = _writing(producer_id, product_id)
    with transaction():
        remove_picture(_product(desk, product_id), picture_id, by=desk.actor, now=clock.now())
    return _back(producer_id, product_id)


@needs(can_enter_workspace)
def photo_lay_back(producer_id: int, product_id: int, picture_id: int) -> AnyResponse:
    """Show a photograph again that was taken away."""
    desk, product = _writing(producer_id, product_id)
    try:
        with transaction():
            lay_back_picture(_product(desk, product_id), picture_id, by=desk.actor, now=clock.now())
    except (PictureGoneError, TooManyPicturesError) as error:
        notice = "gone" if isinstance(error, PictureGoneError) else "too_many"
        return _page(desk, product, notice=notice, status=409)
    return _back(producer_id, product_id)


@needs(can_enter_workspace)
def photo_image(producer_id: int, product_id: int, picture_id: int) -> Response:
    """The small square of a photograph, also of one that was taken away, for the team alone."""
    _desk, product = _own(producer_id, product_id)
    sha256 = find_card_file(picture_id, product.id)
    if sha256 is None:
        raise PictureNotFoundError(picture_id=picture_id)
    try:
        with files().open(sha256) as opened:
            content = opened.read()
    except (StoredFileNotFoundError, OSError):
        raise PictureNotFoundError(picture_id=picture_id) from None
    use_headers(SANDBOXED)
    return Response(content, content_type="image/jpeg")


def _take(desk: Desk, product_id: int, sent: FileStorage) -> PhotoFault | None:
    """Draw one file anew and show it; what is wrong with it, if something is."""
    name = (sent.filename or "")[:NAME_MAX]
    try:
        stored = draw_picture(sent.read(), files=files())
    except InvalidMediaError as error:
        return PhotoFault(name, str(error.facts["reason"]))
    except OSError:
        return PhotoFault(name, "unavailable")
    try:
        with transaction():
            add_picture(_product(desk, product_id), stored, by=desk.actor, now=clock.now())
    except TooManyPicturesError:
        return PhotoFault(name, "too_many")
    return None


def _own(producer_id: int, product_id: int) -> tuple[Desk, Product]:
    desk = writing_desk(producer_id)
    return desk, product_of(desk, product_id)


def _writing(producer_id: int, product_id: int) -> tuple[Desk, Product]:
    """What is listed shoppers see at once: there who only assists may look, and a member acts."""
    desk, product = _own(producer_id, product_id)
    if product.is_listed:
        publishing_desk(producer_id)
    return desk, product


def _product(desk: Desk, product_id: int) -> Product:
    """The product, read within the transaction. Raises NotYoursError."""
    product = product_of(desk, product_id)
    if product.is_listed and not desk.may_publish:
        raise NotYoursError(product_id=product_id)
    return product


def _back(producer_id: int, product_id: int) -> AnyResponse:
    return redirect(address_of("workspace.photos", producer_id=producer_id, product_id=product_id), 303)


def _sentence(fault: PhotoFault) -> str:
    words = get_template_attribute("components/photo_words.html", "photo_fault")
    return str(words(fault.reason, PICTURES_MAX)).strip()


def _page(
    desk: Desk,
    product: Product,
    faults: Sequence[PhotoFault] = (),
    status: int = 200,
    *,
    notice: str = "",
) -> Response:
    page = render_template(
        "workspace/photos.html",
        desk=desk,
        producer=desk.producer,
        product=product,
        shown=list_shown(product.id),
        removed=list_removed_pictures(product.id, clock.now() - LAY_BACK_WITHIN),
        faults=faults,
        notice_name=notice,
        most=PICTURES_MAX,
        may_change=desk.may_publish or not product.is_listed,
    )
    return make_response(page, status)
