"""Settings of money: whose account takes transfers, who approves what goes back, and services for paying.

What is chosen but lacks something stops the start; in production so does a gateway that only plays at money.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from core.settings_reader import SettingError, SettingsReader


class PaymentMode(StrEnum):
    """Whose account a transfer goes to: the platform's, or straight to each producer's (one QR for each)."""

    PLATFORM = "platform"
    PRODUCERS = "producers"


class Switch(StrEnum):
    """On or off."""

    ON = "on"
    OFF = "off"


DEMONSTRATION_BIN: Final = "970436"
DEMONSTRATION_ACCOUNT: Final = "0000000000"
DEMONSTRATION_NAME: Final = "TAI KHOAN MINH HOA"
"""Said on the page to be none: development and tests need an account to draw a QR of."""

HOOK_PROVIDERS: Final = ("vietqr", "sepay", "casso")
_SECRET_MIN_CHARS: Final = 16
_ACCOUNT: Final = re.compile(r"[0-9A-Z]{4,19}")
_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSettings:
    """Each field is a setting of the same name in capitals."""

    payment_mode: PaymentMode
    bank_bin: str
    bank_account_number: str
    bank_account_name: str
    bank_hook_secrets: tuple[str, ...] = field(repr=False)
    fake_gateway: Switch
    refund_approval_from_vnd: int
    refund_second_approval_from_vnd: int
    payout_weekday: int
    payout_minimum_vnd: int
    payout_second_check_from_vnd: int

    @property
    def has_platform_account(self) -> bool:
        return bool(self.bank_account_number)

    @property
    def is_demonstration_account(self) -> bool:
        return self.bank_account_number == DEMONSTRATION_ACCOUNT

    def secrets_of(self, provider: str) -> tuple[str, ...]:
        """The secrets that callbacks of `provider` may carry: two while one is being replaced."""
        pairs = (pair.partition("=") for pair in self.bank_hook_secrets)
        return tuple(secret for name, _, secret in pairs if name == provider)


def read_payment_settings(reader: SettingsReader, environment: str) -> PaymentSettings:
    """The settings of money. environment: the value of OCOP_ENV. Raises SettingError."""
    is_production = environment == "production"
    bank_bin, number, name = _account(reader, is_production)
    settings = PaymentSettings(
        payment_mode=reader.choice("PAYMENT_MODE", PaymentMode, PaymentMode.PLATFORM),
        bank_bin=bank_bin,
        bank_account_number=number,
        bank_account_name=name,
        bank_hook_secrets=_hook_secrets(reader),
        fake_gateway=reader.choice("FAKE_GATEWAY", Switch, Switch.OFF if is_production else Switch.ON),
        refund_approval_from_vnd=reader.number(
            "REFUND_APPROVAL_FROM_VND", 500_000, low=0, high=1_000_000 * _MILLION
        ),
        refund_second_approval_from_vnd=reader.number(
            "REFUND_SECOND_APPROVAL_FROM_VND", 5_000_000, low=0, high=1_000_000 * _MILLION
        ),
        payout_weekday=reader.number("PAYOUT_WEEKDAY", 3, low=1, high=7),
        payout_minimum_vnd=reader.number("PAYOUT_MINIMUM_VND", 50_000, low=1, high=1_000 * _MILLION),
        payout_second_check_from_vnd=reader.number(
            "PAYOUT_SECOND_CHECK_FROM_VND", 20 * _MILLION, low=0, high=1_000_000 * _MILLION
        ),
    )
    if is_production and settings.fake_gateway is Switch.ON:
        raise SettingError("FAKE_GATEWAY", "only plays at paying: not in production")
    if settings.refund_second_approval_from_vnd < settings.refund_approval_from_vnd:
        raise SettingError("REFUND_SECOND_APPROVAL_FROM_VND", "is below REFUND_APPROVAL_FROM_VND")
    return settings


def _account(reader: SettingsReader, is_production: bool) -> tuple[str, str, str]:
    """Bank, number and name of the platform's account; three empty texts for none."""
    bank_bin = reader.text("BANK_BIN", "")
    number = reader.text("BANK_ACCOUNT_NUMBER", "").replace(" ", "").upper()
    name = reader.text("BANK_ACCOUNT_NAME", "")
    given = {"BANK_BIN": bank_bin, "BANK_ACCOUNT_NUMBER": number, "BANK_ACCOUNT_NAME": name}
    if not any(given.values()):
        if is_production:
            return "", "", ""
        return DEMONSTRATION_BIN, DEMONSTRATION_ACCOUNT, DEMONSTRATION_NAME
    for setting, value in given.items():
        if not value:
            raise SettingError(setting, "is missing; an account is its bank, its number and its holder")
    if not re.fullmatch(r"[0-9]{6}", bank_bin):
        raise SettingError(
            "BANK_BIN", f"must be the six digits of a bank (docs/payments.md), not {bank_bin!r}"
        )
    if not _ACCOUNT.fullmatch(number):
        raise SettingError("BANK_ACCOUNT_NUMBER", "must be 4 to 19 digits or letters")
    if is_production and number == DEMONSTRATION_ACCOUNT:
        raise SettingError("BANK_ACCOUNT_NUMBER", "is the demonstration account, which is nobody's")
    return bank_bin, number, name


def _hook_secrets(reader: SettingsReader) -> tuple[str, ...]:
    pairs = reader.words("BANK_HOOK_SECRETS")
    for pair in pairs:
        provider, _, secret = pair.partition("=")
        if provider not in HOOK_PROVIDERS or len(secret) < _SECRET_MIN_CHARS:
            raise SettingError(
                "BANK_HOOK_SECRETS",
                f"must be pairs such as sepay=SECRET, of {', '.join(HOOK_PROVIDERS)}, "
                f"each secret of {_SECRET_MIN_CHARS} characters or more",
            )
    return pairs
