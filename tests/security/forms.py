"""Forms as they stand on a page, and filled in as somebody would who means harm."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

TYPED = {
    "number": "5",
    "date": "2026-11-20",
    "tel": "0912345678",
    "email": "a@example.vn",
    "url": "https://a.example",
}
LEADING = {"href", "src", "action", "formaction", "data", "xlink:href", "srcdoc"}
UNTYPED = {"hidden", "checkbox", "radio", "submit", "button", "file", "image", "reset"}


@dataclass
class Form:
    """action: where it is sent. fixed: what it holds; texts: fields that take any text."""

    action: str
    method: str
    fixed: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def filled(self, text: str) -> dict[str, str]:
        return {**self.fixed, **dict.fromkeys(self.texts, text)}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(facts.get("action", ""), facts.get("method", "get").lower()))
        elif self.forms:
            take = getattr(self, f"_take_{tag}", None)
            if take is not None:
                take(facts)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None

    def _take_input(self, facts: dict[str, str]) -> None:
        form, name, kind = self.forms[-1], facts.get("name", ""), facts.get("type", "text")
        if not name:
            return
        if kind in UNTYPED:
            if kind not in {"file", "reset"}:
                form.fixed.setdefault(name, facts.get("value", "on"))
        elif kind in TYPED:
            form.fixed[name] = facts.get("value") or TYPED[kind]
        else:
            form.texts.append(name)

    def _take_textarea(self, facts: dict[str, str]) -> None:
        if facts.get("name"):
            self.forms[-1].texts.append(facts["name"])

    def _take_select(self, facts: dict[str, str]) -> None:
        self._select = facts.get("name")

    def _take_option(self, facts: dict[str, str]) -> None:
        if self._select and facts.get("value"):
            self.forms[-1].fixed.setdefault(self._select, facts["value"])

    def _take_button(self, facts: dict[str, str]) -> None:
        if facts.get("name"):
            self.forms[-1].fixed.setdefault(facts["name"], facts.get("value", ""))


def forms_of(page: str) -> list[Form]:
    """The forms of a page that change something."""
    reader = _Reader()
    reader.feed(page)
    return [form for form in reader.forms if form.method == "post"]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        for name, value in attrs:
            if name.startswith("on") or (name in LEADING and "javascript:" in (value or "").lower()):
                self.found.append(f"{tag} {name}={value}")
        if tag in {"script", "style", "iframe", "object", "embed", "base"} and "evil" in str(attrs):
            self.found.append(tag)
        if tag in {"evil", "math", "xss"}:
            self.found.append(tag)


def harmful_parts(page: str) -> list[str]:
    """What a browser would run or load of what was typed: none of it is ours."""
    reader = _Tags()
    reader.feed(page)
    return reader.found
