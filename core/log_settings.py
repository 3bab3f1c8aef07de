"""Settings of the public log: where its key lies, who witnesses it, and whose logs are witnessed here."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from core.settings_reader import SettingError, SettingsReader

# Name, id and key as C2SP signed-note writes a key that verifies; what it holds is read by `transparency.notes`.
_KEY: Final = re.compile(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*")


@dataclass(frozen=True, slots=True)
class WitnessAddress:
    """A witness: the key that it signs with, and the address that `/add-checkpoint` is added to."""

    key: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """Each field is a setting of the same name in capitals. Key files need not exist: without, nothing is signed."""

    log_key_file: Path
    log_witnesses: tuple[WitnessAddress, ...]
    witness_key_file: Path
    witnessed_logs: tuple[str, ...]


def read_log_settings(reader: SettingsReader, instance_dir: Path) -> LogSettings:
    """The settings of the log. Raises SettingError."""
    return LogSettings(
        log_key_file=_file(reader, "LOG_KEY_FILE", instance_dir / "keys" / "log.key"),
        log_witnesses=tuple(_witness(text) for text in reader.words("LOG_WITNESSES")),
        witness_key_file=_file(reader, "WITNESS_KEY_FILE", instance_dir / "keys" / "witness.key"),
        witnessed_logs=tuple(_key("WITNESSED_LOGS", text) for text in reader.words("WITNESSED_LOGS")),
    )


def _file(reader: SettingsReader, name: str, default: Path) -> Path:
    return Path(reader.text(name, str(default))).expanduser().absolute()


def _witness(text: str) -> WitnessAddress:
    key, _space, url = text.partition(" ")
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingError("LOG_WITNESSES", f"{text!r} is not a key and an address: name+id+key https://…")
    return WitnessAddress(_key("LOG_WITNESSES", key), url.strip().rstrip("/"))


def _key(name: str, text: str) -> str:
    if not _KEY.fullmatch(text):
        raise SettingError(name, f"{text!r} is not a key as name+id+key")
    return text
