"""Where services that watch bank accounts tell us of money. Nothing is read before the secret is proven.

The answer is given only when every line is kept with its effect: what was not, they send again.
"""

import base64
import binascii
import hmac
import json
import logging
from typing import Final

from flask import Response, current_app, jsonify, request
from werkzeug.exceptions import BadRequest, NotFound, Unauthorized

from core import clock
from core.config import Settings
from core.db import transaction
from core.web.access import public
from core.web.setup import csrf
from orders.bank_notices import NoticedLine, UnreadableNoticeError, read_notice
from orders.operations.bank_lines import ToldLine, take_line

log = logging.getLogger("orders.bank_hooks")

BODY_MAX_BYTES: Final = 256 * 1024
TOKEN_SECONDS: Final = 300
"""How long a token that vietqr.vn fetched may be used. Source: its specification, «API Get Token»."""


@public
def bank_notice(provider: str) -> Response:
    """Take what SePay («Authorization: Apikey …») or Casso («Secure-Token: …») tells."""
    if provider not in ("sepay", "casso"):
        raise NotFound
    shown = request.headers.get("Secure-Token", "")
    if provider == "sepay":
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        shown = shown if scheme.lower() == "apikey" else ""
    _require_secret(provider, shown.strip())
    _take(provider)
    return _answer({"success": True, "error": 0})


@public
def vietqr_token() -> Response:
    """Give vietqr.vn a token for its name and password (the secret), as its specification asks of us."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        password = base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        password = ""  # nosec B105: no password, a wrong one
    if scheme.lower() != "basic":
        password = ""  # nosec B105: no password, a wrong one
    _require_secret("vietqr", password)
    ends = int(clock.now().timestamp()) + TOKEN_SECONDS
    token = f"{ends}.{_signature(_secrets('vietqr')[0], ends)}"
    return _answer({"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS})  # nosec B105: the name of a scheme


@public
def vietqr_notice() -> Response:
    """Take what vietqr.vn tells, with a token of ours that is still good; 404 where no secret is set."""
    secrets = _secrets("vietqr")
    if not secrets:
        raise NotFound
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    ends, _, signature = token.strip().partition(".")
    is_good = (
        scheme.lower() == "bearer"
        and ends.isascii()
        and ends.isdecimal()
        and len(ends) <= 12
        and int(ends) > clock.now().timestamp()
        and any(
            hmac.compare_digest(_signature(secret, int(ends)).encode(), signature.encode())
            for secret in secrets
        )
    )
    if not is_good:
        raise Unauthorized
    lines = _take("vietqr")
    told = {"reftransactionid": lines[0].bank_reference}
    return _answer({"error": False, "errorReason": "000", "toastMessage": "", "object": told})


def _take(provider: str) -> tuple[NoticedLine, ...]:
    request.max_content_length = BODY_MAX_BYTES
    raw = request.get_data(cache=False)
    try:
        lines = read_notice(provider, json.loads(raw))
    except (UnreadableNoticeError, ValueError, RecursionError) as error:
        log.warning("a notice that cannot be read", extra={"provider": provider, "reason": str(error)[:60]})
        raise BadRequest from None
    for line in lines:
        with transaction():
            taken = take_line(_told(line), source=provider, now=clock.now())
        log.info("line", extra={"provider": provider, "line": taken.line_id, "state": taken.state})
    return lines


def _told(line: NoticedLine) -> ToldLine:
    return ToldLine(
        account=line.account,
        bank_reference=line.bank_reference,
        booked_at=line.booked_at,
        amount_vnd=line.amount_vnd,
        currency="VND",
        memo=line.memo,
        counterparty=line.counterparty,
    )


def _require_secret(provider: str, shown: str) -> None:
    """404 where no secret is set, so that nobody learns which services are used; 401 for a wrong one."""
    secrets = _secrets(provider)
    if not secrets:
        raise NotFound
    if not any(hmac.compare_digest(secret.encode(), shown.encode()) for secret in secrets):
        log.warning("a notice without the secret", extra={"provider": provider})
        raise Unauthorized


def _signature(secret: str, ends: int) -> str:
    return hmac.digest(secret.encode(), f"vietqr-token:{ends}".encode(), "sha256").hex()


def _secrets(provider: str) -> tuple[str, ...]:
    settings: Settings = current_app.extensions["settings"]
    return settings.payments.secrets_of(provider)


def _answer(told: dict[str, object]) -> Response:
    answer = jsonify(told)
    answer.headers["Cache-Control"] = "no-store"
    return answer


for _view in (bank_notice, vietqr_token, vietqr_notice):
    csrf.exempt(_view)
