"""Two languages: Vietnamese at `/`, English under `/en`. Messages are written in English in the code.

The catalogue (`translations/vi/LC_MESSAGES/messages.po`) is read once; a message is then one look-up in a
dict. In templates `_` gives escaped text: a message holds no HTML, and what is put into it is escaped unless
it is markup already.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup, escape

from core.clock import VIETNAM
from core.po_files import Catalogue, read_po

LANGUAGES: Final = ("vi", "en")
DEFAULT_LANGUAGE: Final = "vi"
CATALOGUE_PATH: Final = (
    Path(__file__).resolve().parent.parent / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
)

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_language: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


def current_language() -> str:
    """The language of the present request, "vi" or "en"; "vi" outside one."""
    return _language.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` while the block runs: for jobs, commands and tests."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def gettext(message: str, **values: object) -> str:
    """`message` in the present language, plain text; `%(name)s` is filled in from `values`."""
    text = _plain(message)
    return text % values if values else text


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """Like `gettext`, by number; `count` is there as `%(count)s`. Vietnamese has one form for all numbers."""
    return _plain(_form(one, many, count)) % {"count": count, **values}


class LazyText:
    """A message whose language is settled when it is shown: for labels made at import."""

    __slots__ = ("message", "values")

    def __init__(self, message: str, values: dict[str, object]) -> None:
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return gettext(self.message, **self.values)

    def __html__(self) -> str:
        return str(markup_gettext(self.message, **self.values))

    def __repr__(self) -> str:
        return f"LazyText({self.message!r})"


def lazy_gettext(message: str, **values: object) -> LazyText:
    """`message`, to be put into the language of whoever reads it."""
    return LazyText(message, values)


def markup_gettext(message: str, **values: object) -> Markup:
    """`_` of the templates: `gettext` with everything escaped that is not markup."""
    text = _escaped(_language.get(), message)
    return text % values if values else text


def markup_ngettext(one: str, many: str, count: int, **values: object) -> Markup:
    """`ngettext` of the templates."""
    return _escaped(_language.get(), _form(one, many, count)) % {"count": count, **values}


@cache
def _vietnamese() -> Catalogue:
    return read_po(CATALOGUE_PATH) if CATALOGUE_PATH.exists() else {}


_escaped_texts: Final[dict[tuple[str, str], Markup]] = {}
_ESCAPED_MAX: Final = 20_000  # a guard only: messages are as many as the code has, unless someone passes data


def _plain(message: str) -> str:
    return message if _language.get() == "en" else _vietnamese().get(message, message)


def _form(one: str, many: str, count: int) -> str:
    """The message to look up: Vietnamese is filed under `one`, whatever the number."""
    is_filed = _language.get() != "en" and one in _vietnamese()
    return one if count == 1 or is_filed else many


def _escaped(language: str, message: str) -> Markup:
    text = _escaped_texts.get((language, message))
    if text is None:
        text = escape(_plain(message))
        if len(_escaped_texts) < _ESCAPED_MAX:
            _escaped_texts[language, message] = text
    return text


def format_date(day: date | None) -> str:
    """12/11/2026 in Vietnamese, 12 Nov 2026 in English; an instant (aware) as its date in Vietnam."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = day.astimezone(VIETNAM).date()
    if _language.get() == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def format_time(instant: datetime) -> str:
    """14:05 of `instant` (aware), Vietnam time."""
    return instant.astimezone(VIETNAM).strftime("%H:%M")


_SIGNS_OF_NUMBERS: Final = str.maketrans(",.", ".,")


def format_number(number: float) -> str:
    """1.234.567 and 81,25 in Vietnamese, 1,234,567 and 81.25 in English."""
    text = f"{number:,}"
    return text if _language.get() == "en" else text.translate(_SIGNS_OF_NUMBERS)


def format_money(amount_vnd: int) -> str:
    """125.000 ₫ in Vietnamese, ₫125,000 in English; whole đồng. The space does not break."""
    sign, number = ("-" if amount_vnd < 0 else ""), format_number(abs(amount_vnd))
    return f"{sign}₫{number}" if _language.get() == "en" else f"{sign}{number}\N{NO-BREAK SPACE}₫"


class LanguagePrefix:
    """WSGI: `/en/…` speaks English. The prefix moves to SCRIPT_NAME, so that `url_for` keeps it by itself."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/en") and (len(path) == 3 or path[3] == "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
            token = _language.set("en")
        else:
            token = _language.set(DEFAULT_LANGUAGE)
        try:
            return self._app(environ, start_response)
        finally:
            _language.reset(token)
