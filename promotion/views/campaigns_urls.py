"""Addresses of campaigns and the share kit: images whole, producers' and officers' pages below theirs."""

from typing import Final

from catalog.views.routes import Route
from promotion.views import office_campaigns, office_collections, promote, run_sheets
from promotion.views.share_image import share_image

_SHEET: Final = "/run-sheets/<int:run_sheet_id>"
_SHEETS: Final[tuple[Route, ...]] = (
    ("GET", _SHEET, run_sheets.run_sheet),
    ("POST", _SHEET, run_sheets.run_sheet_update),
    ("POST", f"{_SHEET}/items", run_sheets.run_sheet_item_create),
    ("POST", f"{_SHEET}/items/<int:product_id>/removal", run_sheets.run_sheet_item_removal_create),
    ("POST", f"{_SHEET}/items/<int:product_id>/place", run_sheets.run_sheet_item_place_update),
    ("POST", f"{_SHEET}/publication", run_sheets.run_sheet_publication_create),
    ("POST", f"{_SHEET}/switches", run_sheets.run_sheet_switch_create),
    ("POST", f"{_SHEET}/ending", run_sheets.run_sheet_ending_create),
    ("GET", f"{_SHEET}/<paper>.pdf", run_sheets.run_sheet_paper),
)
_CAMPAIGN: Final = "/campaigns/<int:campaign_id>"
_COLLECTION: Final = "/collections/<int:collection_id>"
_PROMOTE: Final = "/<int:producer_id>/promote"

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/share/<kind>/<slug>/<version>-<shape>.jpg", share_image),
    ("GET", "/run-sheets", run_sheets.own_run_sheets),
    ("POST", "/run-sheets", run_sheets.own_run_sheet_create),
    *_SHEETS,
)
DESK_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", _PROMOTE, promote.promote),
    ("GET", f"{_PROMOTE}/<int:product_id>", promote.promote_product),
    ("GET", f"{_PROMOTE}/<int:product_id>/qr.<form>", promote.promote_qr),
    ("POST", f"{_PROMOTE}/campaigns/<int:campaign_id>", promote.promote_entry_create),
    ("POST", f"{_PROMOTE}/entries/<int:entry_id>", promote.promote_answer_create),
    ("POST", f"{_PROMOTE}/statement", promote.promote_statement_create),
    ("GET", "/<int:producer_id>/run-sheets", run_sheets.run_sheets),
    ("POST", "/<int:producer_id>/run-sheets", run_sheets.run_sheet_create),
    *((method, f"/<int:producer_id>{address}", view) for method, address, view in _SHEETS),
)
OFFICE_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/campaigns", office_campaigns.campaigns),
    ("POST", "/campaigns", office_campaigns.campaign_create),
    ("GET", _CAMPAIGN, office_campaigns.campaign),
    ("POST", _CAMPAIGN, office_campaigns.campaign_update),
    ("POST", f"{_CAMPAIGN}/publication", office_campaigns.campaign_publication_create),
    ("POST", f"{_CAMPAIGN}/ending", office_campaigns.campaign_ending_create),
    ("POST", f"{_CAMPAIGN}/offers", office_campaigns.campaign_offer_create),
    (
        "POST",
        f"{_CAMPAIGN}/vouchers/<int:voucher_id>/removal",
        office_campaigns.campaign_voucher_removal_create,
    ),
    ("POST", f"{_CAMPAIGN}/hampers/<int:bundle_id>/removal", office_campaigns.campaign_hamper_removal_create),
    ("POST", f"{_CAMPAIGN}/invitations", office_campaigns.campaign_invitation_create),
    ("POST", f"{_CAMPAIGN}/entries/<int:entry_id>/decision", office_campaigns.campaign_decision_create),
    ("GET", "/collections", office_collections.collections),
    ("POST", "/collections", office_collections.collection_create),
    ("GET", _COLLECTION, office_collections.collection),
    ("POST", f"{_COLLECTION}/publication", office_collections.collection_publication_create),
    ("POST", f"{_COLLECTION}/ending", office_collections.collection_ending_create),
    ("POST", f"{_COLLECTION}/exclusions", office_collections.collection_exclusion_create),
    (
        "POST",
        f"{_COLLECTION}/exclusions/<int:exclusion_id>/lifting",
        office_collections.collection_exclusion_lifting_create,
    ),
)
ADMIN_ROUTES: Final[tuple[Route, ...]] = ()
