"""Jobs of the messages: sending one, and forgetting old ones."""

from datetime import timedelta

from flask import current_app

from core import clock
from core.config import Settings
from core.db import transaction
from core.jobs.registry import job
from core.messages.gateways import GatewayError, gateway_for
from core.messages.outbox import SEND_JOB, begin_try, note_refused, note_sent, sweep_messages


@job(SEND_JOB, is_lasting=True)
def send_message(message_id: int) -> None:
    """Send one message. Raises GatewayError for the queue to try again; a second run finds nothing to do."""
    with transaction():
        letter = begin_try(message_id, now=clock.now())
    if letter is None:
        return
    settings: Settings = current_app.extensions["settings"]
    gateway = gateway_for(letter.channel, settings.messages, settings.instance_dir)
    try:
        if gateway is None:
            raise GatewayError(f"{letter.channel} is switched off")
        gateway.send(letter)
    except GatewayError as error:
        if not error.is_final:
            raise
        with transaction():
            note_refused(message_id)
        return
    with transaction():
        note_sent(message_id, now=clock.now())


@job("core.sweep_messages", every=timedelta(minutes=10))
def sweep_old_messages() -> None:
    """Wipe codes and notices that are of no use any more."""
    with transaction():
        sweep_messages(now=clock.now())
