"""The columns of the open register: one table for both files, the page that explains them, and `docs/api.md`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog.groups import group_by_number
from catalog.queries.entries import ProductEntry
from catalog.queries.view_models import RecognitionView
from core.i18n import LazyText
from core.i18n import lazy_gettext as _

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the files, what it says, and its value for an entry."""

    name: str
    meaning: LazyText
    value: Callable[[ProductEntry], Value]


def _recognition(read: Callable[[RecognitionView], Value]) -> Callable[[ProductEntry], Value]:
    """The value that the recognition speaking for an entry has; None without one."""
    return lambda entry: None if entry.recognition is None else read(entry.recognition)


def _day(read: Callable[[RecognitionView], date | None]) -> Callable[[ProductEntry], Value]:
    """A day that the recognition speaking for an entry has, as YYYY-MM-DD."""

    def value(entry: ProductEntry) -> Value:
        found = None if entry.recognition is None else read(entry.recognition)
        return None if found is None else found.isoformat()

    return value


def _group(entry: ProductEntry) -> Value:
    group = group_by_number(entry.group_no) if entry.group_no else None
    return group.slug if group else None


def _source_day(recognition: RecognitionView) -> date | None:
    return recognition.source.published_on if recognition.source else None


COLUMNS: Final = (
    Column("slug", _("Name of the entry in addresses; stays the same"), lambda entry: entry.slug),
    Column("product", _("Name of the product"), lambda entry: entry.name),
    Column("product_en", _("Name in English, where one was written"), lambda entry: entry.name_en),
    Column(
        "group",
        _("Group of Decision 26/2026/QĐ-TTg: food, drinks, herbal, handicraft, ornamental, tourism"),
        _group,
    ),
    Column(
        "group_as_stated", _("Name of the group as the source has it"), lambda entry: entry.group_as_stated
    ),
    Column("producer", _("Who makes it"), lambda entry: entry.producer.name if entry.producer else None),
    Column(
        "producer_kind",
        _("cooperative, cooperative_group, enterprise, household or farm"),
        lambda entry: entry.producer.kind if entry.producer else None,
    ),
    Column(
        "address_certified",
        _("Address as the record has it; of households and farms without the street"),
        lambda entry: entry.origin.certified if entry.origin else None,
    ),
    Column(
        "address_vintage",
        _("Division of the country that address is written in: before_2025_07 or since_2025_07"),
        lambda entry: entry.origin.vintage if entry.origin else None,
    ),
    Column(
        "address_today",
        _("The same place as it is called since July 2025; empty where that could not be told"),
        lambda entry: entry.origin.current if entry.origin else None,
    ),
    Column(
        "province_today", _("Today's province"), lambda entry: entry.origin.province if entry.origin else None
    ),
    Column("stars_today", _("Stars that may be shown on the day of the file"), lambda entry: entry.stars),
    Column(
        "state_today",
        _(
            "State on the day of the file: in_force, renewal_due, last_days, awaiting_renewal, extended, expired, "
            "revoked or incomplete"
        ),
        _recognition(lambda each: each.state),
    ),
    Column(
        "stars_recorded", _("Stars that the record names"), _recognition(lambda each: each.stars_recorded)
    ),
    Column("decision_number", _("Number of the decision"), _recognition(lambda each: each.decision_number)),
    Column("decided_on", _("Day of the decision"), _day(lambda each: each.decided_on)),
    Column(
        "recognised_year",
        _("Year, where the source gives no day"),
        _recognition(lambda each: each.recognised_year),
    ),
    Column("expires_on", _("The last day in force"), _day(lambda each: each.expires_on)),
    Column(
        "expiry_basis",
        _("source: the source states that day; law: 36 months counted from the decision"),
        _recognition(lambda each: each.expiry_basis),
    ),
    Column("authority", _("Who decided"), _recognition(lambda each: each.authority_name)),
    Column(
        "authority_level",
        _("district, province or ministry"),
        _recognition(lambda each: each.authority_level),
    ),
    Column(
        "criteria_version",
        _("Decision whose criteria were applied"),
        _recognition(lambda each: each.criteria_version),
    ),
    Column(
        "revoked_on",
        _("First day without effect after a revocation"),
        _day(lambda each: each.revoked_on),
    ),
    Column(
        "renewal_filed_on",
        _("Day on which a dossier for renewal was filed"),
        _day(lambda each: each.renewal_filed_on),
    ),
    Column(
        "evidence_level",
        _("A: the decision itself was read; B: official press names it"),
        _recognition(lambda each: each.evidence_level),
    ),
    Column("note", _("Remark of the record, in Vietnamese"), _recognition(lambda each: each.note)),
    Column(
        "source_key",
        _("Short name of the source"),
        _recognition(lambda each: each.source.key if each.source else None),
    ),
    Column(
        "source_publisher",
        _("Who published the source"),
        _recognition(lambda each: each.source.publisher if each.source else None),
    ),
    Column(
        "source_title",
        _("What the source is called"),
        _recognition(lambda each: each.source.title if each.source else None),
    ),
    Column("source_published_on", _("Day of its publication"), _day(_source_day)),
    Column(
        "source_url",
        _("Where the source can be read"),
        _recognition(lambda each: each.source.url if each.source else None),
    ),
    Column(
        "document_sha256",
        _("Hash of the decision's file, where it is kept here"),
        _recognition(lambda each: each.document.sha256 if each.document else None),
    ),
)


COLUMN_NAMES: Final = tuple(column.name for column in COLUMNS)
_VALUES: Final = tuple(column.value for column in COLUMNS)


def values_of(entry: ProductEntry) -> list[Value]:
    """An entry as a row: a value for each of COLUMNS, None for what is not stated."""
    return [value(entry) for value in _VALUES]
