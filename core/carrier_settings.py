"""Settings of parcel carriers. None is on by itself: without any, numbers of parcels are typed by hand.

A carrier that is switched on but lacks something stops the start.
"""

from dataclasses import dataclass, field
from typing import Final

from core.settings_reader import SettingError, SettingsReader

SECRET_MIN_CHARS: Final = 24
_SECRET_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


@dataclass(frozen=True, slots=True)
class CarrierAccess:
    """How one carrier's system is reached. account: number of the shop or customer there.

    notice_secret: the last part of the address that the carrier sends its notices to.
    """

    code: str
    url: str
    account: str
    token: str = field(repr=False)
    notice_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierSettings:
    """Each field is a setting of the same name in capitals. carriers: codes of those that are on."""

    carriers: tuple[str, ...]
    carrier_ghn_url: str
    carrier_ghn_account: str
    carrier_ghn_token: str = field(repr=False)
    carrier_ghn_notice_secret: str = field(repr=False)
    carrier_ghtk_url: str
    carrier_ghtk_account: str
    carrier_ghtk_token: str = field(repr=False)
    carrier_ghtk_notice_secret: str = field(repr=False)
    carrier_viettel_post_url: str
    carrier_viettel_post_account: str
    carrier_viettel_post_token: str = field(repr=False)
    carrier_viettel_post_notice_secret: str = field(repr=False)
    carrier_vnpost_url: str
    carrier_vnpost_account: str
    carrier_vnpost_token: str = field(repr=False)
    carrier_vnpost_notice_secret: str = field(repr=False)

    def find(self, code: str) -> CarrierAccess | None:
        """How the carrier is reached; None if it is not on."""
        if code not in self.carriers:
            return None
        return CarrierAccess(
            code,
            *(
                getattr(self, f"carrier_{code}_{name}")
                for name in ("url", "account", "token", "notice_secret")
            ),
        )


CODES: Final = ("ghn", "ghtk", "viettel_post", "vnpost")
URLS: Final = {
    "ghn": "https://online-gateway.ghn.vn/shiip/public-api",
    "ghtk": "https://services.giaohangtietkiem.vn",
    "viettel_post": "https://partner.viettelpost.vn",
    "vnpost": "https://connect-my.vnpost.vn",
}


def read_carrier_settings(reader: SettingsReader, environment: str) -> CarrierSettings:
    """The settings of carriers. environment: the value of OCOP_ENV. Raises SettingError."""
    values: dict[str, str] = {}
    for code in CODES:
        for name, default in (("url", URLS[code]), ("account", ""), ("token", ""), ("notice_secret", "")):
            field_name = f"carrier_{code}_{name}"
            values[field_name] = reader.text(field_name.upper(), default).rstrip("/")
    settings = CarrierSettings(carriers=reader.words("CARRIERS"), **values)
    for code in settings.carriers:
        if code not in CODES:
            raise SettingError("CARRIERS", f"{code!r} is none of {', '.join(CODES)}")
        _require_whole(settings, code, is_production=environment == "production")
    return settings


def _require_whole(settings: CarrierSettings, code: str, *, is_production: bool) -> None:
    access = settings.find(code)
    if access is None:
        return
    name = f"CARRIER_{code.upper()}"
    if not access.token:
        raise SettingError(f"{name}_TOKEN", "is missing; CARRIERS switches the carrier on")
    if len(access.notice_secret) < SECRET_MIN_CHARS or not set(access.notice_secret) <= _SECRET_LETTERS:
        raise SettingError(
            f"{name}_NOTICE_SECRET",
            f"must be at least {SECRET_MIN_CHARS} letters, digits, «-» and «_»: openssl rand -hex 24",
        )
    if not access.url.startswith("https://") and (
        is_production or not access.url.startswith(("http://127.0.0.1:", "http://localhost:"))
    ):
        raise SettingError(f"{name}_URL", "must begin with https://")
