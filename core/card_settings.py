"""Settings of payment by card. Without a key the site takes no cards and needs nothing of this.

A combination in which money could be lost, or an order be paid by a card that is none, stops the start.
"""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from core.settings_reader import SettingError, SettingsReader

LIVE_KEYS: Final = ("sk_live_", "rk_live_")
TEST_KEYS: Final = ("sk_test_", "rk_test_")
SECRETS_MAX: Final = 2
"""The present secret and, while it is being changed, the one before or after it."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSettings:
    """Each field is a setting of the same name in capitals. stripe_api_base: None for Stripe itself."""

    stripe_secret_key: str = field(repr=False)
    stripe_webhook_secrets: tuple[str, ...] = field(repr=False)
    stripe_api_base: str | None

    @property
    def is_on(self) -> bool:
        """Whether cards are taken."""
        return bool(self.stripe_secret_key)

    @property
    def is_live(self) -> bool:
        """Whether the money is real: notices of the other kind are not ours."""
        return self.stripe_secret_key.startswith(LIVE_KEYS)


def read_card_settings(reader: SettingsReader, environment: str) -> CardSettings:
    """The settings of cards. environment: the value of OCOP_ENV. Raises SettingError."""
    settings = CardSettings(
        stripe_secret_key=reader.text("STRIPE_SECRET_KEY", ""),
        stripe_webhook_secrets=reader.words("STRIPE_WEBHOOK_SECRETS"),
        stripe_api_base=reader.text("STRIPE_API_BASE", "").rstrip("/") or None,
    )
    _require_whole(settings)
    _require_fitting(settings, is_production=environment == "production")
    return settings


def _require_whole(settings: CardSettings) -> None:
    secrets = settings.stripe_webhook_secrets
    if not settings.is_on:
        if secrets or settings.stripe_api_base:
            raise SettingError("STRIPE_SECRET_KEY", "is missing; another setting of cards is given")
        return
    if not settings.stripe_secret_key.startswith(LIVE_KEYS + TEST_KEYS):
        raise SettingError("STRIPE_SECRET_KEY", "must begin with sk_live_, rk_live_, sk_test_ or rk_test_")
    if not secrets:
        # Without it nobody could tell a notice of Stripe from one that anybody made up.
        raise SettingError("STRIPE_WEBHOOK_SECRETS", "is missing; STRIPE_SECRET_KEY needs it")
    if len(secrets) > SECRETS_MAX:
        raise SettingError("STRIPE_WEBHOOK_SECRETS", f"holds more than {SECRETS_MAX} secrets")
    if not all(secret.startswith("whsec_") and len(secret) >= 20 for secret in secrets):
        raise SettingError("STRIPE_WEBHOOK_SECRETS", "must be secrets as Stripe shows them, whsec_…")


def _require_fitting(settings: CardSettings, *, is_production: bool) -> None:
    if not settings.is_on:
        return
    if is_production and not settings.is_live:
        raise SettingError("STRIPE_SECRET_KEY", "is a test key: goods would leave for cards that are none")
    if not is_production and settings.is_live:
        raise SettingError("STRIPE_SECRET_KEY", "is a live key: with OCOP_ENV=production only")
    if settings.stripe_api_base is None:
        return
    if is_production:
        raise SettingError("STRIPE_API_BASE", "leads away from Stripe: not in production")
    try:
        parts = urlsplit(settings.stripe_api_base)
        is_here = parts.scheme == "http" and parts.hostname in _LOOPBACK and bool(parts.port)
    except ValueError:
        is_here = False
    if not is_here:
        raise SettingError("STRIPE_API_BASE", "must be on this machine: http://127.0.0.1:8420")
