"""How systems write: once for each `Idempotency-Key`, in one transaction, answered with what is on record then."""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any, Final

from flask import Response, request
from werkzeug.exceptions import BadRequest

from accounts.actors import Actor
from accounts.keys import current_caller
from accounts.operations.api_answers import Asked, find_answer, keep_answer
from accounts.operations.audit import record_act
from catalog.api.answers import JSON, data_text
from catalog.errors import InvalidBodyError, InvalidFactError, InvalidListingError
from catalog.facts import Refusal
from core import clock
from core.db import transaction
from core.i18n import LazyText, speaking
from core.i18n import lazy_gettext as _
from core.web.errors import asked_language, problem

Made = tuple[int, Mapping[str, Any]]
Work = Callable[..., Made]

_IDEMPOTENCY_KEY: Final = re.compile(r"[!-~]{1,100}")

REASONS: Final[Mapping[str, LazyText]] = {
    "missing": _("is missing"),
    "unknown_field": _("is not known here"),
    "not_text": _("must be a text"),
    "not_a_number": _("must be a whole number"),
    "not_an_object": _("must be an object"),
    "not_a_list": _("must be a list"),
    "unknown_choice": _("is none of the known values"),
    "out_of_range": _("is outside the range that is possible"),
    "too_long": _("is too long"),
    "too_many": _("holds too many"),
    "repeated": _("is there twice"),
    "not_yours": _("is none of your packs"),
    "changed_meanwhile": _("was changed by somebody meanwhile"),
    "wrong_check_digit": _("has a wrong check digit"),
    "reserved_number": _("is a number for use inside one company only"),
    "service_has_no_stock": _("is not zero: a service has no stock"),
    "below_reserved": _("is less than what orders hold"),
    "recorded": _("stays as it is: the register speaks of this product"),
    "taken": _("belongs to another pack"),
    "too_cheap": _("is less than 500 đồng"),
}


def writes_once(work: Work) -> Callable[..., Response]:
    """A view that does `work` in one transaction and answers with what it returns: status and data.

    A POST names itself by `Idempotency-Key`: sent again within a day it does nothing and is answered the same. PUT,
    PATCH and DELETE are harmless when repeated by what they say. Every act leaves a row in the audit trail.
    """

    @wraps(work)
    def view(**arguments: Any) -> Response:
        asked = _asked() if request.method == "POST" else None
        with transaction():
            before = find_answer(asked, now=clock.now()) if asked else None
            if before is not None:
                return _answer(before.status, before.body, is_replayed=True)
            status, data = work(**arguments)
            _note_act()
            body = data_text(data) if status != 204 else ""
            if asked is not None:
                keep_answer(asked, status, body)
        return _answer(status, body, version=data.get("version"))

    return view


def acting() -> Actor:
    """On whose behalf the system acts."""
    return current_caller().actor


def refuse(faults: list[tuple[str, str]]) -> None:
    """Raises InvalidBodyError if there are any: pairs of a JSON Pointer and a reason."""
    if faults:
        raise InvalidBodyError(faults=tuple(faults))


def invalid_body(error: InvalidBodyError) -> Response:
    """422 with everything that is wrong in the body, and where."""
    return _refused(error.facts["faults"])


def invalid_listing(error: InvalidFactError) -> Response:
    """422 with the faults that the listing itself found."""
    faults: Any = error.facts.get("faults") if isinstance(error, InvalidListingError) else None
    if faults is None:
        return _refused(
            [(f"/{_NAMES.get(str(error.facts['field']), error.facts['field'])}", error.facts["reason"])]
        )
    return _refused([(_pointer(each), str(each.reason)) for each in faults])


_NAMES: Final = {"group_no": "group", "sub_group_no": "sub_group"}


def _pointer(fault: Any) -> str:
    name = _NAMES.get(fault.field, fault.field)
    if isinstance(fault.variant, str) and fault.variant.isdigit():
        return f"/packs/{fault.variant}/{name}"
    return f"/{name}"


def _refused(faults: Any) -> Response:
    with speaking(asked_language()):
        told = [
            {
                "pointer": pointer,
                "reason": str(reason),
                "detail": f"{pointer} {REASONS.get(str(reason), REASONS[Refusal.OUT_OF_RANGE])}",
            }
            for pointer, reason in faults
        ]
        return problem(422, detail="; ".join(each["detail"] for each in told[:3]), facts={"errors": told})


def _asked() -> Asked:
    name = request.headers.get("Idempotency-Key", "")
    if not _IDEMPOTENCY_KEY.fullmatch(name):
        raise BadRequest
    told = b"\n".join([request.method.encode(), request.path.encode(), request.get_data(cache=True)])
    return Asked(current_caller().key_id, name, sha256(told).hexdigest())


def _note_act() -> None:
    caller = current_caller()
    record_act(
        "accounts.use_key",
        by=caller.actor,
        subject=f"api_key:{caller.key_id}",
        after={"request": f"{request.method} {request.path}"},
        producer_id=caller.producer_id,
        now=clock.now(),
    )


def _answer(status: int, body: str, *, version: Any = None, is_replayed: bool = False) -> Response:
    answer = Response(body, status, content_type=JSON)
    if version:
        answer.headers["ETag"] = f'"{version}"'
    if is_replayed:
        answer.headers["Idempotency-Replayed"] = "true"
    return answer
