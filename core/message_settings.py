"""Settings of the ways to people: which gateway each channel goes through, and what that gateway needs.

A gateway that is chosen but lacks something stops the start; in production so does one that shows messages to whoever
looks at the screen or into the data folder.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from core.settings_reader import SettingError, SettingsReader


class Way(StrEnum):
    """How the messages of one channel leave: not at all, onto the screen, into files, by a mail server, by HTTP."""

    OFF = "off"
    CONSOLE = "console"
    FILE = "file"
    SMTP = "smtp"
    HTTP = "http"


_SHOWING: Final = frozenset({Way.CONSOLE, Way.FILE})
ESMS_URL: Final = "https://rest.esms.vn/MainService.svc/json/SendMultipleMessage_V4_post_json/"
ZNS_URL: Final = "https://business.openapi.zalo.me/message/template"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSettings:
    """Each field is a setting of the same name in capitals."""

    email_gateway: Way
    smtp_url: str = field(repr=False)
    email_from: str
    sms_gateway: Way
    sms_url: str
    sms_key: str = field(repr=False)
    sms_secret: str = field(repr=False)
    sms_sender: str
    zalo_gateway: Way
    zalo_url: str
    zalo_token: str = field(repr=False)
    zalo_templates: tuple[str, ...]
    paid_messages_per_day: int


def read_message_settings(reader: SettingsReader, environment: str) -> MessageSettings:
    """The settings of messages. environment: the value of OCOP_ENV. Raises SettingError."""
    default = {"production": Way.OFF, "testing": Way.FILE}.get(environment, Way.CONSOLE)
    settings = MessageSettings(
        email_gateway=_way(reader, "EMAIL_GATEWAY", default, Way.SMTP),
        smtp_url=reader.text("SMTP_URL", ""),
        email_from=reader.text("EMAIL_FROM", ""),
        sms_gateway=_way(reader, "SMS_GATEWAY", default, Way.HTTP),
        sms_url=reader.text("SMS_URL", ESMS_URL),
        sms_key=reader.text("SMS_KEY", ""),
        sms_secret=reader.text("SMS_SECRET", ""),
        sms_sender=reader.text("SMS_SENDER", ""),
        zalo_gateway=_way(reader, "ZALO_GATEWAY", Way.OFF, Way.HTTP),
        zalo_url=reader.text("ZALO_URL", ZNS_URL),
        zalo_token=reader.text("ZALO_TOKEN", ""),
        zalo_templates=reader.words("ZALO_TEMPLATES"),
        paid_messages_per_day=reader.number("PAID_MESSAGES_PER_DAY", 2_000, low=0, high=10_000_000),
    )
    _require_whole(settings)
    if environment == "production":
        _refuse_showing(settings)
    return settings


def _way(reader: SettingsReader, name: str, default: Way, real: Way) -> Way:
    way = reader.choice(name, Way, default)
    if way in {Way.SMTP, Way.HTTP} and way is not real:
        raise SettingError(name, f"must be one of off, console, file, {real}, not {way.value!r}")
    return way


def _require_whole(settings: MessageSettings) -> None:
    needed: list[tuple[str, str, bool]] = []
    if settings.email_gateway is Way.SMTP:
        needed += [
            ("SMTP_URL", "EMAIL_GATEWAY", _is_mail_server(settings.smtp_url)),
            ("EMAIL_FROM", "EMAIL_GATEWAY", "@" in settings.email_from),
        ]
    if settings.sms_gateway is Way.HTTP:
        needed += [
            ("SMS_URL", "SMS_GATEWAY", _is_web(settings.sms_url)),
            ("SMS_KEY", "SMS_GATEWAY", bool(settings.sms_key)),
            ("SMS_SECRET", "SMS_GATEWAY", bool(settings.sms_secret)),
            ("SMS_SENDER", "SMS_GATEWAY", bool(settings.sms_sender)),
        ]
    if settings.zalo_gateway is Way.HTTP:
        needed += [
            ("ZALO_URL", "ZALO_GATEWAY", _is_web(settings.zalo_url)),
            ("ZALO_TOKEN", "ZALO_GATEWAY", bool(settings.zalo_token)),
            ("ZALO_TEMPLATES", "ZALO_GATEWAY", _are_pairs(settings.zalo_templates)),
        ]
    for name, gateway, is_given in needed:
        if not is_given:
            raise SettingError(name, f"is missing or wrong; {gateway} needs it (docs/running.md)")


def _refuse_showing(settings: MessageSettings) -> None:
    ways = (
        ("EMAIL_GATEWAY", settings.email_gateway),
        ("SMS_GATEWAY", settings.sms_gateway),
        ("ZALO_GATEWAY", settings.zalo_gateway),
    )
    for name, way in ways:
        if way in _SHOWING:
            raise SettingError(name, f"{way.value!r} shows people's codes to others: not in production")


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname)


def _is_web(url: str) -> bool:
    return url.startswith(("https://", "http://127.0.0.1:", "http://localhost:"))


def _are_pairs(pairs: tuple[str, ...]) -> bool:
    return bool(pairs) and all("=" in pair.strip("=") for pair in pairs)
