"""What may be asked of the list of products: one table that the reader and the OpenAPI document both go by.

A list for programs is strict where a page for people is kind: a filter that nobody understood would give a list that
looks right and is not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl

from catalog.errors import InvalidParameterError
from catalog.facets import PRICE_BANDS
from catalog.groups import GROUPS
from catalog.models import CertificateKind, ProducerKind
from catalog.queries.listing import ListingCriteria
from catalog.stars import CertificationState
from core.places import Vintage, find_province, list_old_provinces, list_provinces
from core.text import clean_line

QUERY_MAX_LENGTH: Final = 200
PER_PAGE: Final = 24
PER_PAGE_MAX: Final = 100
PAGE_MAX: Final = 100_000
CHOICES_MAX: Final = 63
"""No facet has more values worth choosing than the country had provinces."""

NO_STATE: Final = "none"
"""`state` of products for which no recognition is recorded."""

_PAIRS_MAX: Final = 500


class Fault(StrEnum):
    """Why a parameter cannot be used: `reason` of `InvalidParameterError`."""

    UNKNOWN_PARAMETER = "unknown_parameter"
    REPEATED = "repeated"
    UNKNOWN_CHOICE = "unknown_choice"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter. schema: of one value (JSON Schema). is_list: may be given several times; any of the values fits.

    find: the value meant by a text that is not among those the schema lists, or None.
    """

    name: str
    description: str
    schema: Mapping[str, Any]
    is_list: bool = False
    find: Callable[[str], str | None] | None = None


def _choices(*values: str) -> Mapping[str, Any]:
    return {"type": "string", "enum": list(values)}


def _number(most: int, default: int) -> Mapping[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": most, "default": default}


def _find_province(text: str) -> str | None:
    found = find_province(text, Vintage.SINCE_2025_07)
    return found.slug if found else None


def _find_old_province(text: str) -> str | None:
    found = find_province(text, Vintage.BEFORE_2025_07)
    return found.slug if found else None


PARAMETERS: Final = (
    Parameter(
        name="q",
        description="Words in Vietnamese (with or without tones) or English: products, producers, places.",
        schema={"type": "string", "maxLength": QUERY_MAX_LENGTH},
    ),
    Parameter(
        name="group",
        description="Group of Decision 26/2026/QĐ-TTg.",
        schema=_choices(*(group.slug for group in GROUPS)),
        is_list=True,
    ),
    Parameter(
        name="province",
        description="Province of today. Names are understood too: «Lâm Đồng».",
        schema=_choices(*(province.slug for province in list_provinces())),
        is_list=True,
        find=_find_province,
    ),
    Parameter(
        name="old_province",
        description="Province of before July 2025, for addresses certified in it. Names are understood too.",
        schema=_choices(*(province.slug for province in list_old_provinces())),
        is_list=True,
        find=_find_old_province,
    ),
    Parameter(
        name="commune",
        description="Official code of a commune of today.",
        schema={"type": "string", "pattern": "^[0-9]{5}$"},
        is_list=True,
    ),
    Parameter(
        name="stars",
        description="Stars that may be shown today.",
        schema=_choices("3", "4", "5"),
        is_list=True,
    ),
    Parameter(
        name="certified",
        description="`true`: only products that may show stars today; `false`: only those that may not.",
        schema=_choices("true", "false"),
    ),
    Parameter(
        name="state",
        description="State of the recognition that speaks for the product today; `none` if none is recorded.",
        schema=_choices(*(state.value for state in CertificationState), NO_STATE),
        is_list=True,
    ),
    Parameter(
        name="kind",
        description="Kind of producer.",
        schema=_choices(*(kind.value for kind in ProducerKind)),
        is_list=True,
    ),
    Parameter(
        name="certificate",
        description="Certificate other than OCOP, in force today, of the product or its producer.",
        schema=_choices(*(kind.value for kind in CertificateKind)),
        is_list=True,
    ),
    Parameter(
        name="price",
        description="Band of prices in đồng, the upper end not included.",
        schema=_choices(*(key for key, _, _ in PRICE_BANDS)),
        is_list=True,
    ),
    Parameter(
        name="availability",
        description="`in_stock`: can be bought now. `register`: an entry of the register, nobody's offer.",
        schema=_choices("in_stock", "register"),
        is_list=True,
    ),
    Parameter(
        name="sort",
        description="Order; without it `relevance` where words are given, else `certified` (certified first).",
        schema=_choices("relevance", "certified", "name", "price", "-price", "newest"),
    ),
    Parameter(name="page", description="Number of the page.", schema=_number(PAGE_MAX, 1)),
    Parameter(name="per_page", description="Products on a page.", schema=_number(PER_PAGE_MAX, PER_PAGE)),
)

FACETS: Final = tuple(each.name for each in PARAMETERS if each.is_list or each.name == "certified")
"""What the answer counts, by the name of the parameter that chooses it."""

_BY_NAME: Final = {parameter.name: parameter for parameter in PARAMETERS}


@lru_cache(maxsize=1024)
def read_criteria(query_string: str) -> ListingCriteria:
    """What is asked for by the part of an address after "?". An empty value counts as not given.

    Raises InvalidParameterError (with `parameter`) for the first one that cannot be used.
    """
    given = _given(query_string)
    lists = {each.name: _read_list(each, given) for each in PARAMETERS if each.is_list}
    query = _read_words(given)
    certified = _read_one("certified", given)
    stars = tuple(int(each) for each in lists.pop("stars"))
    sort = _read_one("sort", given) or "relevance"
    return ListingCriteria(
        q=query,
        stars=stars,
        certified=None if certified is None else certified == "true",
        sort="certified" if sort == "relevance" and not query else sort,
        page=_read_number("page", given),
        per_page=_read_number("per_page", given),
        **lists,
    )


def _given(query_string: str) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(query_string, max_num_fields=_PAIRS_MAX, errors="replace")
    except ValueError:
        raise InvalidParameterError(parameter="", value="", reason=Fault.TOO_MANY, most=_PAIRS_MAX) from None
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in _BY_NAME:
            raise InvalidParameterError(
                parameter=clean_line(name)[:80],
                value="",
                reason=Fault.UNKNOWN_PARAMETER,
                allowed=tuple(_BY_NAME),
            )
        given.setdefault(name, []).append(value)
    return given


def _read_list(parameter: Parameter, given: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The values, each once, in one order whatever order they came in; several may stand between commas."""
    texts = [text for value in given.get(parameter.name, ()) for text in value.split(",") if text]
    if len(texts) > CHOICES_MAX:
        raise _refusal(parameter, texts[-1], Fault.TOO_MANY, most=CHOICES_MAX)
    return tuple(sorted({_read_choice(parameter, text) for text in texts}))


def _read_choice(parameter: Parameter, text: str) -> str:
    schema = parameter.schema
    if "enum" not in schema:
        if len(text) == 5 and text.isascii() and text.isdigit():
            return text
        raise _refusal(parameter, text, Fault.UNKNOWN_CHOICE)
    found = text if text in schema["enum"] else parameter.find(text) if parameter.find else None
    if found is None:
        raise _refusal(parameter, text, Fault.UNKNOWN_CHOICE, allowed=tuple(schema["enum"]))
    return found


def _read_one(name: str, given: Mapping[str, Sequence[str]]) -> str | None:
    parameter, text = _BY_NAME[name], _single(name, given)
    return _read_choice(parameter, text) if text else None


def _read_words(given: Mapping[str, Sequence[str]]) -> str:
    text = _single("q", given)
    if len(text) > QUERY_MAX_LENGTH:
        raise _refusal(_BY_NAME["q"], text, Fault.TOO_LONG, most=QUERY_MAX_LENGTH)
    return clean_line(text)


def _read_number(name: str, given: Mapping[str, Sequence[str]]) -> int:
    parameter, text = _BY_NAME[name], _single(name, given)
    if not text:
        return int(parameter.schema["default"])
    if not (text.isascii() and text.isdigit()):
        raise _refusal(parameter, text, Fault.NOT_A_NUMBER)
    most = int(parameter.schema["maximum"])
    if len(text) > len(str(most)) or not 1 <= int(text) <= most:
        raise _refusal(parameter, text, Fault.OUT_OF_RANGE, most=most)
    return int(text)


def _single(name: str, given: Mapping[str, Sequence[str]]) -> str:
    values = given.get(name, ())
    if len(values) > 1:
        raise _refusal(_BY_NAME[name], values[1], Fault.REPEATED)
    return values[0] if values else ""


def _refusal(parameter: Parameter, value: str, reason: Fault, **facts: object) -> InvalidParameterError:
    shown = clean_line(value)[:80]
    return InvalidParameterError(parameter=parameter.name, value=shown, reason=reason, **facts)
