"""Fits the edge to an application: sessions, forms, templates, errors, front door."""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from core import assets, i18n, pages
from core.config import Environment, Settings
from core.db import ID_MAX
from core.limits import set_up_limits
from core.web.errors import register_errors
from core.web.front_door import FrontDoor
from core.web.sessions import QuietSessions
from core.web.templates import LanguageEnvironment

# Source: docs/running.md#limits; reliability: OWASP ASVS 5.0.0, 4.2 and 5.2.
BODY_MAX_BYTES: Final = 1_000_000
UPLOAD_MAX_BYTES: Final = 30_000_000
FORM_MEMORY_MAX_BYTES: Final = 500_000
FORM_PARTS_MAX: Final = 200

# Source: RFC 3986, 3.3 (pchar and the slash).
PATH_SAFE: Final = "/:@!$&'()*+,;=~"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

# Told by the browser itself, for one who has got hold of a token. Source: W3C Fetch Metadata; OWASP ASVS 5.0.0, 3.5.
FROM_ELSEWHERE: Final = frozenset({"cross-site", "same-site"})

csrf = CSRFProtect()


class RowNumber(IntegerConverter):
    """Numbers in addresses are numbers of rows: one that no row can have is not found, rather than an error."""

    def __init__(self, url_map: Map, *arguments: Any, **options: Any) -> None:
        super().__init__(url_map, *arguments, **{"max": ID_MAX, **options})


def flask_config(settings: Settings) -> dict[str, object]:
    """What Flask and its extensions are told, from `settings`."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "TESTING": settings.ocop_env is Environment.TESTING,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_https else "session",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "MAX_CONTENT_LENGTH": BODY_MAX_BYTES,
        "MAX_FORM_MEMORY_SIZE": FORM_MEMORY_MAX_BYTES,
        "MAX_FORM_PARTS": FORM_PARTS_MAX,
        "WTF_CSRF_ENABLED": True,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": False,  # `_refuse_forged_forms` asks, and only of requests that change something
        "TEMPLATES_AUTO_RELOAD": False,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
    }


def engine_options(database_url: str) -> dict[str, object]:
    """Pool and time limits: nobody waits longer than a few seconds for the database."""
    # What people typed must not come into the log with an error of the statement that should have stored it.
    options: dict[str, object] = {"hide_parameters": True}
    if database_url.startswith("sqlite"):
        # The driver keeps statements that it has read; pages ask more than the 128 kinds that it keeps by itself.
        return options | {"pool_pre_ping": False, "connect_args": {"cached_statements": 1_000}}
    # Statements of pages last milliseconds; where statistics are young PostgreSQL would compile some for seconds (jit).
    return options | {
        "pool_pre_ping": True,
        "pool_timeout": 3,
        "pool_size": 2,
        "connect_args": {
            "options": "-c statement_timeout=5000 -c lock_timeout=2000 -c timezone=UTC -c jit=off"
        },
    }


def set_up_web(app: Flask, settings: Settings) -> None:
    """Configure `app` and fit all of the edge to it. Comes before every other extension."""
    app.config.from_mapping(flask_config(settings))
    # Before anything asks for `jinja_env`, which makes one. Flask's annotation knows its own class only.
    app.jinja_environment = LanguageEnvironment  # type: ignore[assignment]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.converters["int"] = RowNumber
    app.session_interface = QuietSessions()
    csrf.init_app(app)
    app.before_request(_refuse_forged_forms)
    app.after_request(pages.compress)
    register_errors(app)
    set_up_limits(app, settings)
    _set_up_templates(app, settings)
    app.wsgi_app = FrontDoor(i18n.LanguagePrefix(app.wsgi_app), settings)  # type: ignore[method-assign]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]


def _refuse_forged_forms() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_files", False):
        request.max_content_length = UPLOAD_MAX_BYTES  # before the form is read, which is done below
    if request.environ["REQUEST_METHOD"] not in SAFE_METHODS and current_app.config["WTF_CSRF_ENABLED"]:
        if request.environ.get("HTTP_SEC_FETCH_SITE") in FROM_ELSEWHERE:
            raise CSRFError
        csrf.protect(apply_exemptions=True)


def language_url(language: str) -> str:
    """Path and query of the present page in `language` ("vi" or "en")."""
    query = request.query_string.decode("ascii", "replace")
    prefix = "" if language == i18n.DEFAULT_LANGUAGE else f"/{language}"
    # A path comes decoded; written as it is, «%5C» would become a backslash and lead to another host.
    return f"{prefix}{quote(request.path, safe=PATH_SAFE)}" + (f"?{query}" if query else "")


def page_path() -> str:
    """Path of the present page with its language, as it is written in an address."""
    return request.script_root + quote(request.path, safe=PATH_SAFE)


def _set_up_templates(app: Flask, settings: Settings) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        _=i18n.markup_gettext,
        gettext=i18n.markup_gettext,
        ngettext=i18n.markup_ngettext,
        current_language=i18n.current_language,
        language_url=language_url,
        page_path=page_path,
        public_base_url=settings.public_base_url,
        asset_url=assets.asset_url,
        operator_name=settings.operator_name,
        operator_phone=settings.operator_phone,
        operator_email=settings.operator_email,
        operator=settings.operator,
    )
    env.filters.update(
        date=i18n.format_date,
        time=i18n.format_time,
        money=i18n.format_money,
        number=i18n.format_number,
    )
