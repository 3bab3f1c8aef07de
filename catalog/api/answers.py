"""How data is answered: kept whole like a page, open to every site, in words of both languages when it cannot be."""

import json
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

from flask import Response, current_app, request

from catalog.errors import InvalidParameterError
from core.i18n import gettext, speaking
from core.limits import rate_limited
from core.pages import cached_page
from core.web.errors import asked_language, problem
from core.web.headers import open_to_all

JSON: Final = "application/json"

FRESH_LIMIT: Final = "3000/minute"
"""Answers made anew for one network; those that are kept cost next to nothing and are not counted."""


def data_answer(
    version: Hashable, name: tuple[Hashable, ...], make: Callable[[], Mapping[str, Any]]
) -> Response:
    """The data called `name` of `version`, made when it is not kept; 304 for those who have it.

    `make` asks for the day itself: it runs after the key is made, so that data of a new day can be kept under the old
    one (where nobody asks for it any more) but never the other way round.
    """
    answer = cached_page(("api", *name), version, lambda: _fresh(make), JSON)
    return open_to_all(answer)


def data_text(data: Mapping[str, Any]) -> str:
    """`data` as it is sent."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def site_address() -> str:
    """The public address of the site in the language of the present request, whatever host was asked."""
    base: str = current_app.extensions["settings"].public_base_url
    return base + request.script_root


@rate_limited(FRESH_LIMIT, name="api")
def _fresh(make: Callable[[], Mapping[str, Any]]) -> str:
    return data_text(make())


def invalid_parameter(error: InvalidParameterError) -> Response:
    """422 that names the parameter and says what it takes."""
    with speaking(asked_language()):
        return problem(422, detail=_sentence(error), facts=error.facts)


def _sentence(error: InvalidParameterError) -> str:
    facts = {"parameter": error.facts["parameter"], "value": error.facts["value"]}
    allowed = error.facts.get("allowed")
    listed = ", ".join(map(str, allowed)) if isinstance(allowed, tuple) else ""
    most = error.facts.get("most")
    match error.facts["reason"]:
        case "unknown_parameter":
            return gettext(
                "There is no parameter «%(parameter)s». There are: %(allowed)s.", **facts, allowed=listed
            )
        case "repeated":
            return gettext("The parameter «%(parameter)s» may be given only once.", **facts)
        case "not_a_number":
            return gettext("«%(parameter)s» must be a whole number, not «%(value)s».", **facts)
        case "out_of_range":
            return gettext("«%(parameter)s» must be from 1 to %(most)s, not «%(value)s».", **facts, most=most)
        case "too_long":
            return gettext("«%(parameter)s» may be %(most)s characters long at most.", **facts, most=most)
        case "too_many":
            return gettext("Too many values are given; %(most)s at most.", most=most)
        case _ if listed:
            return gettext(
                "«%(parameter)s» does not know «%(value)s». It takes: %(allowed)s.", **facts, allowed=listed
            )
        case _:
            return gettext("«%(parameter)s» does not know «%(value)s».", **facts)
