"""Sending to producers' systems, outside any transaction, and forgetting old events."""

from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Final

from flask import current_app

from catalog.operations.webhook_delivery import Letter, Outcome, begin_delivery, end_delivery
from catalog.operations.webhooks import DELIVER, forget_old
from core import clock
from core.config import Environment, Settings
from core.db import transaction
from core.jobs.registry import job
from core.net import AddressRefusedError, NoAnswerError, post

PATIENCE_SECONDS: Final = 5.0
"""A receiver takes the message and works on it afterwards."""


@job(DELIVER, is_for_strangers=True)
def deliver_webhook(delivery_id: int) -> None:
    """Tell one address of one event; what fails is asked for again by itself."""
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        letter = begin_delivery(delivery_id, settings.keys, now=clock.now())
    if letter is None:
        return
    begun = monotonic()
    outcome = _send(letter, is_trusted=settings.ocop_env is Environment.TESTING)
    outcome = replace(outcome, seconds=monotonic() - begun)
    with transaction():
        end_delivery(letter, outcome, now=clock.now())


@job("catalog.forget_old_webhooks", every=timedelta(days=1))
def forget_old_webhooks() -> None:
    """Forget events of more than a month ago."""
    with transaction():
        forget_old(now=clock.now())


def _send(letter: Letter, *, is_trusted: bool) -> Outcome:
    try:
        answer = post(
            letter.url, letter.body, letter.headers, timeout_seconds=PATIENCE_SECONDS, is_trusted=is_trusted
        )
    except AddressRefusedError as error:
        return Outcome(None, fault=str(error.facts["reason"]))
    except NoAnswerError:
        return Outcome(None, fault="no_answer")
    return Outcome(answer.status, excerpt=answer.body.decode("utf-8", "replace"))
