"""Who may reach campaigns, collections, the share kit and live sessions: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import EVERYONE, TEAM, WRITERS

_CAMPAIGN: Final = {"campaign_id": "campaign"}
_ENTRY: Final = {"entry_id": "campaign_entry"}
_COLLECTION: Final = {"collection_id": "collection"}
_SHEET: Final = {"run_sheet_id": "run_sheet"}
_OWN_SHEET: Final = {"run_sheet_id": "own_run_sheet"}
_OF_SHEETS: Final = (
    "run_sheet",
    "run_sheet_update",
    "run_sheet_item_create",
    "run_sheet_item_removal_create",
    "run_sheet_item_place_update",
    "run_sheet_publication_create",
    "run_sheet_switch_create",
    "run_sheet_ending_create",
    "run_sheet_paper",
)
_OFFICE: Final[Mapping[str, Mapping[str, str]]] = {
    "campaign": _CAMPAIGN,
    "campaign_update": _CAMPAIGN,
    "campaign_publication_create": _CAMPAIGN,
    "campaign_ending_create": _CAMPAIGN,
    "campaign_offer_create": _CAMPAIGN,
    "campaign_voucher_removal_create": _CAMPAIGN | {"voucher_id": "market_voucher"},
    "campaign_hamper_removal_create": _CAMPAIGN | {"bundle_id": "market_hamper"},
    "campaign_invitation_create": _CAMPAIGN,
    "campaign_decision_create": _CAMPAIGN | _ENTRY,
    "collection": _COLLECTION,
    "collection_publication_create": _COLLECTION,
    "collection_ending_create": _COLLECTION,
    "collection_exclusion_create": _COLLECTION,
    "collection_exclusion_lifting_create": _COLLECTION | {"exclusion_id": "exclusion"},
}

CAMPAIGNS_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "storefront.campaign": {"slug": "campaign_slug"},
    "storefront.collection": {"slug": "collection_slug"},
    "storefront.live": {"slug": "live_slug"},
    "promotion.share_image": {
        "kind": "share_kind",
        "slug": "che",
        "version": "image_version",
        "shape": "wide",
    },
    "promotion_desk.promote_qr": {"form": "png"},
    "promotion_desk.promote_entry_create": _CAMPAIGN,
    "promotion_desk.promote_answer_create": _ENTRY,
    **{f"promotion_office.{name}": arguments for name, arguments in _OFFICE.items()},
    **{f"promotion_desk.{name}": _OWN_SHEET | {"paper": "order"} for name in _OF_SHEETS},
    **{f"promotion.{name}": _SHEET | {"paper": "cards"} for name in _OF_SHEETS},
}
_ITS_OFFICE: Final = frozenset({"province", "administrator"})

CAMPAIGNS_WHO: Final[Mapping[str, frozenset[str]]] = {
    "storefront.campaign": EVERYONE,
    "storefront.collection": EVERYONE,
    "storefront.live": EVERYONE,
    "promotion.share_image": EVERYONE,
    "promotion_desk.promote": TEAM,
    "promotion_desk.promote_product": TEAM,
    "promotion_desk.promote_qr": TEAM,
    "promotion_desk.promote_entry_create": WRITERS,
    "promotion_desk.promote_answer_create": WRITERS,
    "promotion_desk.promote_statement_create": WRITERS,
    "promotion_desk.run_sheets": WRITERS,
    "promotion_desk.run_sheet_create": WRITERS,
    **dict.fromkeys((f"promotion_office.{name}" for name in _OFFICE), _ITS_OFFICE),
    **dict.fromkeys((f"promotion_desk.{name}" for name in _OF_SHEETS), WRITERS),
    **dict.fromkeys((f"promotion.{name}" for name in _OF_SHEETS), frozenset({"organiser"})),
}
