"""Request data made into plain checked values.

What a listing cannot use (an unknown value, a page that is no number, a stray parameter) is left out, so that every
spelling of one request is one page: `listing_query` writes what `listing_criteria` has understood.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

from catalog.facets import PRICE_BANDS
from catalog.groups import group_by_slug
from catalog.models import CertificateKind, ProducerKind
from catalog.queries.listing import ListingCriteria
from core.places import find_commune_by_code, list_old_provinces, list_provinces
from core.text import clean_line, clean_text
from storefront.labels import AVAILABILITY, SORTS

PER_PAGE: Final = 24
QUERY_MAX_LENGTH: Final = 200
PAGE_MAX: Final = 999
CHOICES_MAX: Final = 40
"""More values of one facet than there are provinces make no sense."""
PAIRS_MAX: Final = 300

NAME_MAX_LENGTH: Final = 100
PHONE_MAX_LENGTH: Final = 20
MESSAGE_MAX_LENGTH: Final = 2_000

CHOICES: Final = (
    "stars",
    "group",
    "province",
    "old_province",
    "commune",
    "kind",
    "certificate",
    "price",
    "availability",
)
"""The facets of a listing by their parameter, in the order of its address and its panel."""


@lru_cache(maxsize=4096)
def listing_criteria(query_string: str) -> ListingCriteria:
    """What is asked for by the part of an address after "?"; never fails."""
    try:
        pairs = parse_qsl(query_string, max_num_fields=PAIRS_MAX, errors="replace")
    except ValueError:
        pairs = []
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    chosen = {name: _choices(name, given.get(name, [])) for name in CHOICES}
    query = clean_line(_first(given, "q"))[:QUERY_MAX_LENGTH]
    stars = tuple(int(each) for each in chosen.pop("stars"))
    return ListingCriteria(
        q=query,
        stars=stars,
        certified=True if _first(given, "certified") == "1" else None,
        sort=_sort(_first(given, "sort"), query),
        page=page_number(_first(given, "page")),
        per_page=PER_PAGE,
        **chosen,
    )


def listing_query(criteria: ListingCriteria) -> str:
    """The one spelling of `criteria` in an address, without "?"; empty for the whole catalogue."""
    pairs: list[tuple[str, object]] = [("q", criteria.q)] if criteria.q else []
    if criteria.certified:
        pairs.append(("certified", 1))
    for name in CHOICES:
        pairs.extend((name, value) for value in getattr(criteria, name))
    if criteria.sort != default_sort(criteria.q):
        pairs.append(("sort", criteria.sort))
    if criteria.page > 1:
        pairs.append(("page", criteria.page))
    return urlencode(pairs)


def without_choice(criteria: ListingCriteria, name: str, value: str) -> ListingCriteria:
    """`criteria` with one value of the facet `name` taken back, on the first page again."""
    if name not in CHOICES:
        return without_facet(criteria, name)
    left: dict[str, Any] = {name: tuple(each for each in getattr(criteria, name) if str(each) != value)}
    return replace(criteria, page=1, **left)


def without_facet(criteria: ListingCriteria, name: str) -> ListingCriteria:
    """`criteria` with all of the facet `name` (or the words, "q") taken back, on the first page again."""
    if name == "q":
        sort = default_sort("") if criteria.sort == "relevance" else criteria.sort
        return replace(criteria, q="", sort=sort, page=1)
    if name == "certified":
        return replace(criteria, certified=None, page=1)
    nothing: dict[str, Any] = {name: ()}
    return replace(criteria, page=1, **nothing)


def default_sort(query: str) -> str:
    """The order of a list nobody has chosen one for: best match for words, else certified products first."""
    return "relevance" if query else "certified"


def page_number(text: str) -> int:
    """The number of a page as asked for, 1 to 999; 1 for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(PAGE_MAX))
    return max(1, int(text)) if is_number else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryForm:
    """A question to a producer as typed. errors: field to reason (`missing`, `too_long`, `not_a_phone`)."""

    submission_key: str
    name: str = ""
    phone: str = ""
    message: str = ""
    errors: Mapping[str, str]

    @classmethod
    def empty(cls, message: str = "") -> "InquiryForm":
        """A form to fill in, with a key of its own."""
        return cls(submission_key=str(uuid4()), message=message, errors={})

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> "InquiryForm":
        """What was sent, cleaned; a key that is none is replaced by a new one."""
        name, phone = clean_line(form.get("name", "")), clean_line(form.get("phone", ""))
        message = clean_text(form.get("message", ""))
        limits = (
            ("name", name, NAME_MAX_LENGTH),
            ("phone", phone, PHONE_MAX_LENGTH),
            ("message", message, MESSAGE_MAX_LENGTH),
        )
        errors = {field: _fault(value, most) for field, value, most in limits if _fault(value, most)}
        return cls(
            submission_key=_uuid(form.get("submission_key", "")),
            name=name,
            phone=phone,
            message=message,
            errors=errors,
        )

    def with_error(self, field: str, reason: str) -> "InquiryForm":
        """The same with one more error."""
        return replace(self, errors={**self.errors, field: reason})


def _fault(value: str, most: int) -> str:
    if not value:
        return "missing"
    return "too_long" if len(value) > most else ""


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


def _first(given: Mapping[str, list[str]], name: str) -> str:
    values = given.get(name)
    return values[0] if values else ""


def _sort(text: str, query: str) -> str:
    if text not in SORTS or (text == "relevance" and not query):
        return default_sort(query)
    return text


def _choices(name: str, values: list[str]) -> tuple[str, ...]:
    """The known values among `values`, each once, in one order whatever order they came in."""
    is_known = _KNOWN[name]
    return tuple(sorted({value for value in values[:CHOICES_MAX] if is_known(value)}))


@lru_cache(maxsize=1)
def _province_slugs() -> frozenset[str]:
    return frozenset(province.slug for province in list_provinces())


@lru_cache(maxsize=1)
def _old_province_slugs() -> frozenset[str]:
    return frozenset(province.slug for province in list_old_provinces())


_KNOWN: Final[Mapping[str, Callable[[str], bool]]] = {
    "stars": frozenset({"3", "4", "5"}).__contains__,
    "group": lambda value: group_by_slug(value) is not None,
    "province": lambda value: value in _province_slugs(),
    "old_province": lambda value: value in _old_province_slugs(),
    "commune": lambda value: find_commune_by_code(value) is not None,
    "kind": frozenset(ProducerKind).__contains__,
    "certificate": frozenset(CertificateKind).__contains__,
    "price": frozenset(key for key, _, _ in PRICE_BANDS).__contains__,
    "availability": AVAILABILITY.__contains__,
}
