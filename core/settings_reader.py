"""Reads single settings from the environment and refuses, by name, what is none."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

Choice = TypeVar("Choice", bound=StrEnum)


class SettingError(Exception):
    """A setting is missing or wrong. `name` is the variable, `reason` what is asked of it."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class SettingsReader:
    """Reads single values. A value that is empty or blank counts as not given."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        text = self._environ.get(name, "").strip() or default
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise SettingError(name, "is not text in UTF-8")
        return text

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in self.text(name, "").split(",") if word.strip())

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        text = self.text(name, str(default))
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise SettingError(name, f"must be a whole number from {low} to {high}, not {text!r}")
        return int(text)

    def choice(self, name: str, kind: type[Choice], default: Choice) -> Choice:
        text = self.text(name, default.value).lower()
        return kind(allowed(name, text, tuple(each.value for each in kind)))


def allowed(name: str, text: str, choices: tuple[str, ...]) -> str:
    """`text` if it is one of `choices`. Raises SettingError."""
    if text not in choices:
        raise SettingError(name, f"must be one of {', '.join(choices)}, not {text!r}")
    return text
