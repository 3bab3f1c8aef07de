"""Witnesses: who vouches for our log, and the address where we vouch for logs of others.

The address answers as C2SP tlog-witness asks, in plain text, and at once; that is why a web process reads this one
private key. It is another than that of our own log, and good for nothing but saying «I saw this».
"""

from typing import Final

from flask import Response, current_app, render_template, request

from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.log_settings import LogSettings
from core.web.access import public
from core.web.setup import csrf
from transparency.checkpoints import MalformedCheckpointError, parse_question
from transparency.errors import (
    SplitViewError,
    UnknownLogError,
    UnsignedCheckpointError,
    WitnessedSizeError,
)
from transparency.key_files import read_keys
from transparency.notes import MalformedNoteError, parse_verifier_key
from transparency.operations import witness_checkpoint
from transparency.queries.checkpoints import latest_checkpoint, list_cosigned, list_log_keys
from transparency.views.log import base_url

QUESTION_MAX_BYTES: Final = 64 * 1024
LIMIT: Final = "120/minute"
SIZE_TYPE: Final = "text/x.tlog.size"


@public
def witnesses() -> str:
    """Who signs our log, who has cosigned it and up to where, and whose logs are cosigned here."""
    settings = _settings()
    return render_template(
        "transparency/witnesses.html",
        latest=latest_checkpoint(base_url()),
        keys=list_log_keys(),
        cosigned=list_cosigned(),
        asked=[parse_verifier_key(each.key).name for each in settings.log_witnesses],
        witnessed=[parse_verifier_key(text).name for text in settings.witnessed_logs],
    )


@public
@rate_limited(LIMIT)
def add_checkpoint() -> Response:
    """Cosign the checkpoint of a log that is witnessed here. Statuses and bodies: C2SP tlog-witness."""
    settings = _settings()
    keys = read_keys(settings.witness_key_file)
    if not keys or not settings.witnessed_logs:
        return _told("no log is witnessed here\n", 404)
    body = request.get_data(cache=False)
    if len(body) > QUESTION_MAX_BYTES:
        return _told("too long\n", 413)
    logs = [parse_verifier_key(text) for text in settings.witnessed_logs]
    try:
        question = parse_question(body.decode())
        with transaction():
            signature = witness_checkpoint(question, logs, keys[0], clock.now())
    except (UnicodeDecodeError, MalformedCheckpointError, MalformedNoteError) as error:
        return _told(f"{error}\n", 400)
    except UnknownLogError:
        return _told("this log is not witnessed here\n", 404)
    except UnsignedCheckpointError:
        return _told("not signed by a key that is known of this log\n", 403)
    except WitnessedSizeError as error:
        answer = _told(f"{error.facts['size']}\n", 409)
        answer.headers["Content-Type"] = SIZE_TYPE
        return answer
    except SplitViewError as error:
        return _told("this is not the history that was witnessed here\n", 409 if error.is_same_size else 422)
    return _told(signature.line, 200)


csrf.exempt(add_checkpoint)


def _told(text: str, status: int) -> Response:
    return Response(text, status=status, content_type="text/plain; charset=utf-8")


def _settings() -> LogSettings:
    log_settings: LogSettings = current_app.extensions["settings"].log
    return log_settings
