"""The forms of keys and of addresses for messages, kept as typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from werkzeug.datastructures import MultiDict

from accounts.models.keys import Scope
from catalog.models.webhooks import EventKind
from core.text import clean_line


@dataclass(frozen=True, slots=True)
class KeyForm:
    """ends: the last day as typed, empty for none; `expires_on` is it as a date."""

    name: str = ""
    scopes: tuple[str, ...] = ()
    ends: str = ""
    expires_on: date | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, form: MultiDict[str, str]) -> "KeyForm":
        """What was sent; scopes that there are not are left out."""
        scopes = tuple(each for each in Scope if each in form.getlist("scopes"))
        ends = clean_line(form.get("ends", ""))
        made = cls(name=clean_line(form.get("name", "")), scopes=scopes, ends=ends)
        if not ends:
            return made
        try:
            return replace(made, expires_on=date.fromisoformat(ends))
        except ValueError:
            return made.with_error("ends", "not_a_date")

    def with_error(self, name: str, reason: str) -> "KeyForm":
        """The same with one more error."""
        return replace(self, errors={**self.errors, name: reason})


@dataclass(frozen=True, slots=True)
class WebhookForm:
    """An address and the kinds of events that it wants."""

    url: str = ""
    events: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, form: MultiDict[str, str]) -> "WebhookForm":
        """What was sent; kinds that there are not, or that nobody chooses, are left out."""
        wanted = form.getlist("events")
        events = tuple(each for each in EventKind if each in wanted and each != EventKind.PING)
        return cls(url=form.get("url", "").strip(), events=events)

    def with_error(self, name: str, reason: str) -> "WebhookForm":
        """The same with one more error."""
        return replace(self, errors={**self.errors, name: reason})
