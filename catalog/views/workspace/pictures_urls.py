"""Addresses of the workspace: pictures, papers, certificates."""

from catalog.views.routes import Route
from catalog.views.workspace import certificates, evidence, photos

_CERTIFICATES = "/<int:producer_id>/certificates"
_PHOTOS = "/<int:producer_id>/products/<int:product_id>/photos"
_PAPER = "/<int:producer_id>/evidence/<int:evidence_id>"

ROUTES: tuple[Route, ...] = (
    ("GET", _PHOTOS, photos.photos),
    ("POST", _PHOTOS, photos.photos_create),
    ("POST", f"{_PHOTOS}/order", photos.photos_order),
    ("POST", f"{_PHOTOS}/<int:picture_id>/description", photos.photo_describe),
    ("POST", f"{_PHOTOS}/<int:picture_id>/removal", photos.photo_remove),
    ("POST", f"{_PHOTOS}/<int:picture_id>/restoration", photos.photo_lay_back),
    ("GET", f"{_PHOTOS}/<int:picture_id>/image", photos.photo_image),
    ("GET", _CERTIFICATES, certificates.certificates),
    ("GET", f"{_CERTIFICATES}/new", certificates.certificate_new),
    ("POST", _CERTIFICATES, certificates.certificate_create),
    ("GET", f"{_CERTIFICATES}/<int:claim_id>", certificates.certificate),
    ("POST", f"{_CERTIFICATES}/<int:claim_id>/withdrawal", certificates.certificate_withdrawal_create),
    ("GET", "/<int:producer_id>/renewals", certificates.renewals),
    ("GET", f"{_PAPER}/pages/<int:number>", evidence.own_evidence_page),
)
