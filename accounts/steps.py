"""How far somebody has come with signing in, signing up or proving something: kept by the browser in the signed cookie.

The cookie names a step by its random handle; what the step is worth, the row in the database says. Copied, it is worth
nothing once the step was used.
"""

from dataclasses import dataclass
from typing import Final

from flask import session

from accounts.models.sign_in import Purpose

_KEY: Final = "step"


@dataclass(frozen=True, slots=True)
class Step:
    """handle: of the row in `challenge`. next_path: where the person wanted to go."""

    handle: str
    purpose: Purpose
    next_path: str


def remember_step(handle: str, purpose: Purpose, next_path: str) -> None:
    """Let this browser, and no other, go on with `handle`. It goes on with one step at a time."""
    session[_KEY] = [handle, purpose.value, next_path]


def present_step(*purposes: Purpose) -> Step | None:
    """The step that this browser is at, if it is one of `purposes`."""
    kept = session.get(_KEY)
    if not isinstance(kept, list) or len(kept) != 3:
        return None
    step = Step(kept[0], Purpose(kept[1]), kept[2])
    return step if step.purpose in purposes else None


def forget_step() -> None:
    """Nothing is half done any more."""
    session.pop(_KEY, None)


def begin_anew() -> None:
    """Empty the signed cookie: nothing from before a sign-in or sign-out is carried over it, nor is its CSRF token.

    Source: OWASP ASVS 5.0.0, 7.2.4.
    """
    session.clear()
