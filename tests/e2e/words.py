"""What pages say in either language, read from the catalogue that they are translated with."""

import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

CATALOGUE = Path(__file__).resolve().parents[2] / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
GAP = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
LETTERS_MIN = 4


def say(language: str, message: str, **gaps: object) -> str:
    """`message` as a page in `language` puts it. message: in English, as in the code."""
    text = message if language == "en" else translations()[message]
    return text % gaps if gaps else text


@cache
def translations() -> dict[str, str]:
    """Vietnamese by English, plural forms each by itself."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="vi")
    found = {}
    for message in catalogue:
        sources = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        found.update({str(source): str(texts[0]) for source in sources if source})
    return found


@cache
def sentences_only_in(language: str) -> re.Pattern[str]:
    """Matches a whole text that the program says in `language` and would say otherwise in the other one."""
    pairs = translations().items()
    own, others = (
        ({english for english, _ in pairs}, {vietnamese for _, vietnamese in pairs})
        if language == "en"
        else ({vietnamese for _, vietnamese in pairs}, {english for english, _ in pairs})
    )
    patterns = [_pattern(text) for text in own - others if _letters(text) >= LETTERS_MIN]
    return re.compile("|".join(patterns))


def _letters(text: str) -> int:
    return sum(map(str.isalpha, GAP.sub("", text)))


def _pattern(text: str) -> str:
    return ".+".join(re.escape(" ".join(piece.split())) for piece in GAP.split(text))
