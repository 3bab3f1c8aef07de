"""The table of permissions: each route and method with a word for each role. Read off the program and `given`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from tests.permissions.given import WHO
from tests.permissions.roles import EVERYONE, NEEDING_SECOND_FACTOR, ROLES, SIGNED_IN, let_in_by

ALLOWED, NOTHING, SIGN_IN, KEY = "yes", "404", "sign-in", "key"
UNSEEN_METHODS = {"HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Row:
    """A route under one method. words: role to word. asks_again: a dangerous act, proved again by its person."""

    method: str
    address: str
    endpoint: str
    arguments: frozenset[str]
    mark: str
    words: Mapping[str, str]
    asks_again: bool

    @property
    def is_unsafe(self) -> bool:
        return self.method != "GET"

    def is_behind_second_factor(self, role: str) -> bool:
        return self.mark == "needs" and role in NEEDING_SECOND_FACTOR and self.words[role] == ALLOWED


def rows(app: Flask) -> Iterator[Row]:
    """All of them, by address."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        for method in sorted((rule.methods or set()) - UNSEEN_METHODS):
            yield _row(app, rule, method)


def _row(app: Flask, rule: Rule, method: str) -> Row:
    view = app.view_functions[rule.endpoint]
    mark = str(getattr(view, "access", ""))
    allowed = _let_in(view, mark) & WHO.get(rule.endpoint, EVERYONE)
    words = {}
    for role in ROLES:
        if mark == "key":
            words[role] = KEY
        elif mark != "public" and role == "signed_out":
            words[role] = SIGN_IN
        else:
            words[role] = ALLOWED if role in allowed else NOTHING
    return Row(
        method=method,
        address=rule.rule,
        endpoint=rule.endpoint,
        arguments=frozenset(rule.arguments),
        mark=mark,
        words=words,
        asks_again=bool(getattr(view, "is_confirmed", False)),
    )


def _let_in(view: object, mark: str) -> frozenset[str]:
    """Whom the mark of the view lets in at all."""
    if mark in {"public", "key"}:
        return EVERYONE
    permission = getattr(view, "permission", None)
    return SIGNED_IN if permission is None else let_in_by(permission)


def is_unsaid(row: Row) -> bool:
    """Whether nobody has said yet who may reach the object that the address names."""
    return bool(row.arguments) and row.mark != "key" and row.endpoint not in WHO
