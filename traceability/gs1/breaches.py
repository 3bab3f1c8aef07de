"""Where and how a value breaks a rule."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """name: the dictionary's word for it. start and length: which characters of the value, from 0."""

    name: str
    start: int
    length: int

    def marked(self, value: str, mark: str = "*") -> str:
        """`value` with `mark` around what breaks the rule."""
        end = self.start + self.length
        return f"{value[: self.start]}{mark}{value[self.start : end]}{mark}{value[end:]}"


def breach(name: str, start: int, length: int) -> Breach:
    """A breach by `length` characters from `start`."""
    return Breach(name, start, length)


def whole(value: str, name: str) -> Breach:
    """A breach by the value as a whole."""
    return Breach(name, 0, len(value))


def first_outside(value: str, allowed: frozenset[str], name: str) -> Breach | None:
    """A breach by the first character of `value` that is not among `allowed`, or None."""
    return next((Breach(name, at, 1) for at, each in enumerate(value) if each not in allowed), None)
