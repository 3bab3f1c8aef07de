"""The style sheets keep what they promise: contrast, size, no styles or scripts where the policy forbids them."""

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
TEMPLATES = STATIC.parent / "templates"
SHEETS = {"site.css": 14_336, "trace.css": 4_096, "workspace.css": 20_480}

TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "green", "clay") for ground in ("paper", "paper-2", "card")),
    ("ink-3", "paper"),
    ("ink-3", "card"),
    ("on-deep", "green-deep"),
    ("on-deep-2", "green-deep"),
    ("on-action", "action"),
    ("gold", "green-deep"),
    ("gold-ink", "gold-wash"),
    ("green", "green-wash"),
    ("ink-2", "green-wash"),
    ("focus-ink", "focus"),
    *((tone, f"{tone}-wash") for tone in ("ok", "warn", "bad", "info")),
    *(("ink", f"{tone}-wash") for tone in ("ok", "warn", "bad", "info")),
    ("bad", "card"),
]
EDGE_PAIRS = [("line-strong", "card"), ("line-strong", "paper")]


def _tokens() -> dict[str, dict[str, str]]:
    sheet = (STATIC / "css" / "site.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{([^}]*)\}", sheet)
    light = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", blocks[0]))
    dark_block = next(block for block in blocks[1:] if "--paper: #151916" in block)
    return {"light": light, "dark": light | dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", dark_block))}


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio: 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_every_ground_it_is_set_on(scheme: str) -> None:
    tokens = _tokens()[scheme]

    weak = {(ink, ground): _contrast(tokens[ink], tokens[ground]) for ink, ground in TEXT_PAIRS}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_fields_can_be_seen(scheme: str) -> None:
    tokens = _tokens()[scheme]

    assert all(_contrast(tokens[edge], tokens[ground]) >= 3 for edge, ground in EDGE_PAIRS)


@pytest.mark.parametrize("name", SHEETS)
def test_a_style_sheet_stays_within_its_budget(name: str) -> None:
    assert len(gzip.compress((STATIC / "css" / name).read_bytes(), 9)) <= SHEETS[name]


def test_no_text_is_set_in_capitals_or_too_tight_for_tone_marks() -> None:
    for name in SHEETS:
        sheet = (STATIC / "css" / name).read_text(encoding="utf-8")
        heights = [float(height) for height in re.findall(r"line-height: (\d(?:\.\d+)?)[;\s}]", sheet)]

        assert "text-transform" not in sheet
        assert "letter-spacing" not in sheet
        assert min(heights) >= 1.4


@pytest.mark.parametrize("path", sorted(STATIC.glob("img/**/*.svg")), ids=lambda path: path.name)
def test_a_drawing_holds_no_style_and_no_script(path: Path) -> None:
    drawing = path.read_text(encoding="utf-8")

    assert not re.search(r"<(script|style|foreignObject|text)\b|\s(style|on\w+)=|javascript:", drawing)


def test_a_drawing_of_goods_is_small() -> None:
    assert {path.name for path in STATIC.glob("img/goods/*.svg") if path.stat().st_size > 3_000} == set()


def test_templates_hold_no_style_attribute_and_no_script_of_their_own() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")

        assert not re.search(r"\sstyle=|\son[a-z]+=\"", text), path
        assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/ld\+json)", text), path
