"""Settings: read from the environment once, checked at start, then never changed.

Every setting is described in `docs/running.md`; a test compares. A wrong or missing one stops the program
with its name. The name in the environment is the field's name in capitals, save `OCOP_ENV`.
"""

import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from core.card_settings import CardSettings, read_card_settings
from core.carrier_settings import CarrierSettings, read_carrier_settings
from core.keys import KeyRing
from core.log_settings import LogSettings, read_log_settings
from core.message_settings import MessageSettings, read_message_settings
from core.operator_settings import OperatorSettings, read_operator_settings
from core.payment_settings import PaymentSettings, read_payment_settings
from core.settings_reader import SettingError, SettingsReader, allowed

DEVELOPMENT_KEY: Final = "a key for development only: refused in production"
SECRET_KEY_MIN_BYTES: Final = (
    32  # docs/decisions and OWASP ASVS 5.0.0, 11.2: at least 128 bits, we ask for 256
)
ROOT: Final = Path(__file__).resolve().parent.parent

_HOST_NAME: Final = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?", re.IGNORECASE)
# Codes are printed with it, so nothing that a reader of QR codes might not take for an address.
_BASE_URL: Final = re.compile(
    r"https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(:\d{1,5})?", re.IGNORECASE
)


class Environment(StrEnum):
    """What kind of place the program runs in."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TESTING = "testing"


class AccessLog(StrEnum):
    """Which requests leave a line: none, those answered with 400 and above, or every one."""

    OFF = "off"
    ERRORS = "errors"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that may differ between one machine and the next."""

    ocop_env: Environment
    secret_key: str = field(repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(repr=False)
    host: str
    port: int
    instance_dir: Path
    database_url: str = field(repr=False)
    public_base_url: str
    trusted_hosts: tuple[str, ...]
    proxy_hops: int
    redis_url: str | None = field(repr=False)
    storage_url: str = field(repr=False)
    geoip_db: Path | None
    stamp_keys_dir: Path
    web_workers: int
    log_level: str
    log_format: str
    access_log: AccessLog
    operator: OperatorSettings
    messages: MessageSettings
    payments: PaymentSettings
    cards: CardSettings
    parcels: CarrierSettings
    log: LogSettings

    @property
    def operator_name(self) -> str:
        return self.operator.operator_name

    @property
    def operator_phone(self) -> str:
        return self.operator.operator_phone

    @property
    def operator_email(self) -> str:
        return self.operator.operator_email

    @property
    def is_production(self) -> bool:
        return self.ocop_env is Environment.PRODUCTION

    @property
    def is_https(self) -> bool:
        """Whether people reach the site over https: decides about cookies and HSTS."""
        return self.public_base_url.startswith("https://")

    @property
    def keys(self) -> KeyRing:
        """Keys for single purposes, of SECRET_KEY and of the former ones."""
        return KeyRing((self.secret_key, *self.secret_key_fallbacks))


def setting_names() -> tuple[str, ...]:
    """Names of all settings as they stand in the environment."""
    groups = {
        "operator": OperatorSettings,
        "messages": MessageSettings,
        "payments": PaymentSettings,
        "cards": CardSettings,
        "parcels": CarrierSettings,
        "log": LogSettings,
    }
    own = [each.name for each in fields(Settings) if each.name not in groups]
    return tuple(
        name.upper() for name in (*own, *(each.name for group in groups.values() for each in fields(group)))
    )


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ` (default: the process's environment).

    Raises SettingError for the first one that is missing or wrong.
    """
    reader = SettingsReader(os.environ if environ is None else environ)
    env = reader.choice("OCOP_ENV", Environment, Environment.DEVELOPMENT)
    is_production = env is Environment.PRODUCTION
    instance_dir = Path(reader.text("INSTANCE_DIR", str(ROOT / "instance"))).expanduser().resolve()
    host, port = _address(reader, "HOST", "127.0.0.1"), reader.number("PORT", 8000, low=1, high=65535)
    public_base_url = _public_base_url(reader, is_production, default=f"http://{_host_in_url(host)}:{port}")
    return Settings(
        ocop_env=env,
        secret_key=_secret_key(reader, is_production),
        secret_key_fallbacks=_fallback_keys(reader, is_production),
        host=host,
        port=port,
        instance_dir=instance_dir,
        database_url=_database_url(reader.text("DATABASE_URL", f"sqlite:///{instance_dir}/market.sqlite3")),
        public_base_url=public_base_url,
        trusted_hosts=_trusted_hosts(reader, is_production, public_base_url),
        proxy_hops=reader.number("PROXY_HOPS", 0, low=0, high=9),
        redis_url=_redis_url(reader),
        storage_url=_storage_url(reader, instance_dir),
        geoip_db=_existing_file(reader, "GEOIP_DB"),
        stamp_keys_dir=_folder(reader, "STAMP_KEYS_DIR", instance_dir / "keys" / "stamps"),
        web_workers=reader.number("WEB_WORKERS", 2, low=1, high=64),
        log_level=_log_level(reader),
        log_format=_one_of(reader, "LOG_FORMAT", "json", ("json", "text")),
        access_log=reader.choice("ACCESS_LOG", AccessLog, AccessLog.ERRORS),
        operator=read_operator_settings(reader, env.value),
        messages=read_message_settings(reader, env.value),
        payments=read_payment_settings(reader, env.value),
        cards=read_card_settings(reader, env.value),
        parcels=read_carrier_settings(reader, env.value),
        log=read_log_settings(reader, instance_dir),
    )


@contextmanager
def stopped_by_wrong_settings() -> Iterator[None]:
    """End the program with one line and code 2 if a setting proves wrong within the block."""
    try:
        yield
    except SettingError as error:
        sys.stderr.write(f"Cannot start: setting {error}\n")
        raise SystemExit(2) from None


def make_instance_dir(settings: Settings) -> None:
    """Make the data folder. Raises SettingError if it cannot be made or written to."""
    folder = settings.instance_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError("INSTANCE_DIR", f"{str(folder)!r} cannot be a folder: {error.strerror}") from None
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise SettingError("INSTANCE_DIR", f"{str(folder)!r} cannot be written to")


def _one_of(reader: SettingsReader, name: str, default: str, choices: tuple[str, ...]) -> str:
    return allowed(name, reader.text(name, default).lower(), choices)


def _secret_key(reader: SettingsReader, is_production: bool) -> str:
    key = reader.text("SECRET_KEY", "" if is_production else DEVELOPMENT_KEY)
    if not key:
        raise SettingError("SECRET_KEY", "is missing; make one with: openssl rand -hex 32")
    _require_safe("SECRET_KEY", key, is_production)
    return key


def _fallback_keys(reader: SettingsReader, is_production: bool) -> tuple[str, ...]:
    keys = reader.words("SECRET_KEY_FALLBACKS")
    for key in keys:
        _require_safe("SECRET_KEY_FALLBACKS", key, is_production)
    return keys


def _require_safe(name: str, key: str, is_production: bool) -> None:
    if is_production and key == DEVELOPMENT_KEY:
        raise SettingError(name, "is the development key, which everybody knows")
    if len(key.encode()) < SECRET_KEY_MIN_BYTES:
        raise SettingError(name, f"must be at least {SECRET_KEY_MIN_BYTES} bytes long")


def _database_url(url: str) -> str:
    scheme, _colon, rest = url.partition(":")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and rest.startswith("//"):
        _split("DATABASE_URL", url)
        return f"postgresql+psycopg:{rest}"
    if scheme == "sqlite" and rest.startswith("///") and len(rest) > 3:
        return url
    raise SettingError("DATABASE_URL", "must be sqlite:////path/file or postgresql://user@host/name")


def _split(name: str, url: str) -> SplitResult:
    """The parts of an address. Its text is not told: it may hold a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise SettingError(name, f"is no address: {error}") from None
    return parts


def _address(reader: SettingsReader, name: str, default: str) -> str:
    text = reader.text(name, default)
    try:
        return str(ip_address("127.0.0.1" if text == "localhost" else text))
    except ValueError:
        raise SettingError(
            name, f"must be an address of this machine such as 127.0.0.1 or 0.0.0.0, not {text!r}"
        ) from None


def _host_in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _public_base_url(reader: SettingsReader, is_production: bool, *, default: str) -> str:
    url = reader.text("PUBLIC_BASE_URL", "" if is_production else default).rstrip("/").lower()
    if not url:
        raise SettingError("PUBLIC_BASE_URL", "is missing; it is the address that printed codes carry")
    parts = _split("PUBLIC_BASE_URL", url)
    if not _BASE_URL.fullmatch(url):
        raise SettingError("PUBLIC_BASE_URL", f"must look like https://example.vn, not {url!r}")
    if is_production and parts.scheme != "https":
        raise SettingError("PUBLIC_BASE_URL", "must begin with https:// in production")
    return url


def _trusted_hosts(reader: SettingsReader, is_production: bool, public_base_url: str) -> tuple[str, ...]:
    hosts = reader.words("TRUSTED_HOSTS")
    if is_production and not hosts:
        raise SettingError("TRUSTED_HOSTS", "is missing; it lists the host names that may be asked for")
    for host in hosts:
        if not _HOST_NAME.fullmatch(host):
            raise SettingError("TRUSTED_HOSTS", f"{host!r} is not a host name")
    public = urlsplit(public_base_url).hostname or ""
    if is_production and not any(_covers(host.lower(), public) for host in hosts):
        # Else every address that we print ourselves, on stamps for years, would be answered with 400.
        raise SettingError("TRUSTED_HOSTS", f"does not name {public!r}, the host of PUBLIC_BASE_URL")
    return hosts


def _covers(trusted: str, host: str) -> bool:
    """Whether `trusted` lets `host` in; with a dot in front it also lets in the names under it, as Werkzeug does."""
    name = trusted.partition(":")[0] if trusted.count(":") == 1 else trusted
    return host == name.removeprefix(".") or (name.startswith(".") and host.endswith(name))


def _redis_url(reader: SettingsReader) -> str | None:
    url = reader.text("REDIS_URL", "")
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise SettingError("REDIS_URL", "must begin with redis://, rediss:// or unix://")
    _split("REDIS_URL", url)
    return url or None


def _storage_url(reader: SettingsReader, instance_dir: Path) -> str:
    url = reader.text("STORAGE_URL", str(instance_dir / "files"))
    if "://" in url and not url.startswith(("s3://", "file://")):
        raise SettingError("STORAGE_URL", "must be a folder or s3://bucket/prefix?endpoint=https://…")
    if url.startswith("s3://") and not _split("STORAGE_URL", url).netloc:
        raise SettingError("STORAGE_URL", "names no bucket: s3://bucket/prefix")
    return url


def _existing_file(reader: SettingsReader, name: str) -> Path | None:
    text = reader.text(name, "")
    if not text:
        return None
    path = Path(text).expanduser()
    if not path.is_file():
        raise SettingError(name, f"{text!r} is not a file")
    return path


def _folder(reader: SettingsReader, name: str, default: Path) -> Path:
    """A folder that is there; the default need not be."""
    text = reader.text(name, "")
    if not text:
        return default
    path = Path(text).expanduser()
    if not path.is_dir():
        raise SettingError(name, f"{text!r} is not a folder")
    return path.resolve()


def _log_level(reader: SettingsReader) -> str:
    level = reader.text("LOG_LEVEL", "INFO").upper()
    return allowed("LOG_LEVEL", level, tuple(logging.getLevelNamesMapping()))
