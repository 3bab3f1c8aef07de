"""Who may reach fairs, their booths and who takes part: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import ADMINISTRATORS, SIGNED_IN, TEAM, WRITERS

_HOLDERS: Final = ADMINISTRATORS | {"organiser"}
_FAIR: Final = {"fair_id": "own_fair"}
_PART: Final = {"fair_id": "own_fair", "participation_id": "participation"}
_BOOTH: Final = {"fair_id": "own_fair", "booth_id": "own_booth"}

FAIRS_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    **{
        f"organiser.{name}": _FAIR
        for name in (
            "fair",
            "publication_create",
            "cancellation_create",
            "pickup_create",
            "pickup_ending_create",
            "plan",
            "plan_size_change",
            "booth_create",
            "booth_file_check",
            "booth_file_create",
            "programme",
            "session_create",
            "producers",
            "invitations",
            "invitation_create",
            "papers",
            "booth_cards",
            "badges",
        )
    },
    "organiser.fair_edit": {**_FAIR, "step": "what"},
    "organiser.fair_change": {**_FAIR, "step": "what"},
    "organiser.poster": {**_FAIR, "size": "a4"},
    "organiser.booth_card": {"fair_id": "own_fair", "booth_id": "taken_booth"},
    "organiser.booth": _BOOTH,
    "organiser.booth_change": _BOOTH,
    "organiser.booth_removal_create": _BOOTH,
    "organiser.session_removal_create": {**_FAIR, "session_id": "fair_session"},
    "organiser.confirmation_create": _PART,
    "organiser.refusal_create": _PART,
    "organiser.booth_give": _PART,
    "promotion_desk.fair_invitation": {"slug": "own_fair_slug"},
    "promotion_desk.fair": _FAIR,
    "promotion_desk.registration_create": _FAIR,
    "promotion_desk.withdrawal_create": _FAIR,
    "promotion_desk.pickup_offer_create": _FAIR,
    "promotion_desk.fair_goods": _FAIR,
    "promotion_desk.fair_goods_change": _FAIR,
    "promotion_desk.sample_create": {**_FAIR, "product_id": "product"},
}
_DESK_READS: Final = (
    "fairs",
    "fair",
    "fair_goods",
    "fair_evidence",
    "fair_evidence_paper",
    "fair_evidence_table",
)
_DESK_ACTS: Final = (
    "registration_create", "withdrawal_create", "pickup_offer_create", "fair_goods_change", "sample_create",
)  # fmt: skip

FAIRS_WHO: Final[Mapping[str, frozenset[str]]] = {
    **{name: _HOLDERS for name in FAIRS_OTHERWISE if name.startswith("organiser.")},
    "promotion_desk.fair_invitation": SIGNED_IN,  # whoever was handed the link; each is led to the own workspace
    **{f"promotion_desk.{name}": TEAM for name in _DESK_READS},
    **{f"promotion_desk.{name}": WRITERS for name in _DESK_ACTS},
}
