"""What operations are handed: plain values, as stated by a person or a file. None is «not stated», never a guess.

Text is cleaned by the operations (`core.text`): no caller needs to.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Refusal(StrEnum):
    """Why a stated fact cannot be recorded: `reason` of `InvalidFactError`."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    UNKNOWN_CHOICE = "unknown_choice"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    OUT_OF_RANGE = "out_of_range"
    IN_THE_FUTURE = "in_the_future"
    BEFORE_DECISION = "before_decision"
    AFTER_LEGAL_TERM = "after_legal_term"
    NOT_THE_LEGAL_TERM = "not_the_legal_term"
    AUTHORITY_NOT_ALLOWED = "authority_not_allowed"
    CLAIM_ONLY = "claim_only"
    NO_EVIDENCE = "no_evidence"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    WRONG_LENGTH = "wrong_length"
    RESERVED_NUMBER = "reserved_number"
    NOT_A_PHONE = "not_a_phone"
    BEFORE_WINDOW = "before_window"
    AFTER_EXPIRY = "after_expiry"
    NOT_RENEWABLE = "not_renewable"
    WRONG_KIND_OF_FILE = "wrong_kind_of_file"
    NOT_A_CANDIDATE = "not_a_candidate"
    NOT_AGREED = "not_agreed"
    ANOTHER_HOLDER = "another_holder"
    SERVICE_HAS_NO_STOCK = "service_has_no_stock"
    NOT_YOUR_RANK = "not_your_rank"
    OWN_PRODUCER = "own_producer"
    REPEATED = "repeated"
    CONTRADICTION = "contradiction"
    ALREADY_REVOKED = "already_revoked"
    NOT_FOUND = "not_found"
    NOT_CHOSEN = "not_chosen"
    UNKNOWN_FIELD = "unknown_field"
    NOT_TEXT = "not_text"
    RECORDED = "recorded"
    TAKEN = "taken"
    TOO_CHEAP = "too_cheap"
    BELOW_RESERVED = "below_reserved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """A publication. key: short and stable, «S2»; the same key is the same source."""

    key: str
    publisher: str | None = None
    title: str | None = None
    published_on: date | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """An address as certified. vintage: `core.places.Vintage`, None if not stated.

    stated_current_commune: the commune of today, where the source itself names it or a person chose it.
    """

    street: str | None = None
    commune: str | None = None
    district: str | None = None
    province: str | None = None
    vintage: str | None = None
    stated_current_commune: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerFacts:
    """A producer. kind: a `ProducerKind`. tax_code: 10 digits or 10 and 3. phone: Vietnamese."""

    name: str
    kind: str | None = None
    tax_code: str | None = None
    phone: str | None = None
    founded_year: int | None = None
    story: str | None = None
    story_en: str | None = None
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFacts:
    """A product. group_no: 1 to 6. criteria_set: 1 to 26. register_key: what makes a second import find it."""

    name: str
    name_en: str | None = None
    register_key: str | None = None
    group_no: int | None = None
    group_as_stated: str | None = None
    sub_group_no: int | None = None
    criteria_set: int | None = None
    ocop_code: str | None = None
    illustration: str | None = None
    summary: str | None = None
    summary_en: str | None = None
    story: str | None = None
    story_en: str | None = None
    ingredients: str | None = None
    ingredients_en: str | None = None
    storage: str | None = None
    storage_en: str | None = None
    is_for_sale: bool = False
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantFacts:
    """A pack. net_quantity: in net_unit (g, kg, ml, l, piece …). gtin: 8, 12, 13 or 14 digits."""

    label: str
    label_en: str | None = None
    net_quantity: int | None = None
    net_unit: str | None = None
    price_vnd: int | None = None
    on_hand: int = 0
    gtin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificationFacts:
    """A recognition. recognised_year: where the source gives no day. evidence_level: `EvidenceLevel`.

    expires_on: the last day in force. expiry_basis: "source" if the source states that day, "law" if it is to be
    counted from `decided_on`; both None if neither is possible.
    """

    stars: int
    evidence_level: str
    score: Decimal | None = None
    decision_number: str | None = None
    decided_on: date | None = None
    recognised_year: int | None = None
    authority_level: str | None = None
    authority_name: str | None = None
    criteria_version: str | None = None
    expires_on: date | None = None
    expiry_basis: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationFacts:
    """A withdrawal. revoked_on: the first day without effect. ground: a `RevocationGround`."""

    decision_number: str
    revoked_on: date
    ground: str
    authority_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """A certificate other than OCOP. kind: a `CertificateKind`. standard: «ISO 22000:2018»."""

    kind: str
    standard: str | None = None
    number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryFacts:
    """A visitor's question. submission_key: made with the form, so that sending it twice is one inquiry."""

    submission_key: str
    name: str
    phone: str
    message: str
