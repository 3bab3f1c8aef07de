"""Two acts of which the second begins before the first is kept: what a person sees who presses at the same moment."""

from collections.abc import Callable
from threading import Thread
from typing import Any

from flask import Flask

from core.db import db, transaction
from core.errors import AppError

WAIT_SECONDS = 0.15
"""So long the first stays open after the second has begun: that one either waits for it, or has gone wrong by then."""


def overlapping(app: Flask, first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """What each gave; the name of the error where the program refused it. Other errors of the second are raised.

    Each act has a transaction of its own. SQLite admits one writer, so that there the second begins after the first.
    """
    later: list[Any] = []

    def run() -> None:
        with app.app_context():
            try:
                with transaction():
                    later.append(second())
            except AppError as refused:
                later.append(type(refused).__name__)
            except Exception as error:  # noqa: BLE001 - raised again below, in the thread of the test
                later.append(error)
            finally:
                db.session.remove()

    other = Thread(target=run)
    with transaction():
        given = first()
        other.start()
        other.join(WAIT_SECONDS)
    other.join()
    if isinstance(later[0], Exception):
        raise later[0]
    return given, later[0]
