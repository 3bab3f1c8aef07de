"""Signing of the log and asking its witnesses: by the worker, which alone reads the private key."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from flask import current_app
from sqlalchemy import select

from core import clock, net
from core.db import db, transaction
from core.jobs.queue import enqueue
from core.jobs.registry import job
from core.log_settings import LogSettings, WitnessAddress
from transparency.checkpoints import WitnessQuestion, parse_checkpoint
from transparency.key_files import read_keys
from transparency.models import LogCheckpoint
from transparency.notes import (
    MalformedNoteError,
    UnverifiedNoteError,
    WrongSignatureError,
    parse_note,
    parse_signatures,
    parse_verifier_key,
)
from transparency.operations import add_cosignatures, sign_checkpoint
from transparency.queries.proofs import prove_consistency

log = logging.getLogger(__name__)

WITNESS_SECONDS: Final = 10.0
_OK, _CONFLICT, _AWAY = 200, 409, 500
_SIZE_DIGITS_MAX: Final = 18


@job("transparency.sign_checkpoint", every=timedelta(minutes=1))
def sign_new_checkpoint() -> None:
    """Sign what was entered since the last checkpoint; without a key nothing happens."""
    sign_now()


def sign_now() -> int | None:
    """Sign the present state of the log. Returns its size; None if there is no key or nothing new.

    Each witness is asked afterwards, by a job of its own. Raises UnreadableKeyError, ForkedLogError.
    """
    settings = _settings()
    keys = read_keys(settings.log_key_file)
    if not keys:
        return None
    with transaction():
        signed = sign_checkpoint(keys, clock.now())
        if signed is None:
            return None
        for number in range(len(settings.log_witnesses)):
            enqueue("transparency.ask_witness", now=clock.now(), key=f"witness:{number}", number=number)
        return signed.size


@job("transparency.ask_witness", is_lasting=True, is_for_strangers=True)
def ask_witness(number: int) -> None:
    """Ask witness `number` of the settings to cosign the newest checkpoint, which vouches for those before it.

    Raises NoAnswerError: the worker tries again, each time later, an hour apart in the end.
    """
    witnesses = _settings().log_witnesses
    checkpoint = db.session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.id.desc()).limit(1))
    if checkpoint is None or number >= len(witnesses):
        return
    witness = witnesses[number]
    checkpoint_id, note = checkpoint.id, checkpoint.note
    answer = _ask(witness, note, old_size=0)
    if answer.status == _CONFLICT and (old_size := _told_size(answer.body)) is not None:
        answer = _ask(witness, note, old_size=old_size)
    if answer.status >= _AWAY:
        raise net.NoAnswerError(f"status {answer.status}")
    if answer.status != _OK:
        log.warning("a witness did not cosign", extra={"witness": witness.url, "status": answer.status})
        return
    _keep(checkpoint_id, witness, answer.body)


def _ask(witness: WitnessAddress, note: str, *, old_size: int) -> net.Answer:
    size = parse_checkpoint(parse_note(note).text).size
    hashes: Sequence[bytes] = ()
    if 0 < old_size < size:
        hashes = prove_consistency(old_size, size).hashes
    body = WitnessQuestion(old_size, tuple(hashes), note).text.encode()
    db.session.rollback()  # nobody waits for a stranger with a transaction open
    return net.post(
        f"{witness.url}/add-checkpoint",
        body,
        {"Content-Type": "text/plain; charset=utf-8"},
        timeout_seconds=WITNESS_SECONDS,
        is_trusted=True,
    )


def _keep(checkpoint_id: int, witness: WitnessAddress, body: bytes) -> None:
    """Keep what a witness answered; what is not its signature is noted down as its fault and passed over."""
    try:
        signatures = parse_signatures(body.decode())
        with transaction():
            checkpoint = db.session.get_one(LogCheckpoint, checkpoint_id)
            add_cosignatures(checkpoint, signatures, [parse_verifier_key(witness.key)], clock.now())
    except (UnicodeDecodeError, MalformedNoteError, WrongSignatureError, UnverifiedNoteError) as error:
        log.warning("a witness answered nonsense", extra={"witness": witness.url, "fault": str(error)})


def _told_size(body: bytes) -> int | None:
    """The size that a witness says it knows. Source: C2SP tlog-witness, 409."""
    text = body.decode("ascii", "replace").removesuffix("\n")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _SIZE_DIGITS_MAX else None


def _settings() -> LogSettings:
    log_settings: LogSettings = current_app.extensions["settings"].log
    return log_settings
