"""Stories with a little formatting: the one door to markdown-it-py and nh3.

What is stored is what was typed, never HTML. Shown are paragraphs, **bold**, *italic*, lists and small headings; a
link, a picture or a tag stays the letters it is written with. The HTML is cleaned once more on its way out, so that a
fault of one library alone lets nothing through. Source: decision docs/decisions/0021; T-20 of the threat model.
"""

import re
from functools import lru_cache
from html import unescape
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

ALLOWED_TAGS: Final = frozenset({"p", "strong", "em", "ul", "ol", "li", "h3"})

_LIST_LINE: Final = re.compile(r"(?:[-*+]|\d{1,3}[.)]) ")
_TAG: Final = re.compile(r"<[^>]*>")

# «zero» knows no rule at all: what is not named here stays text.
_markdown: Final = (
    MarkdownIt("zero", {"html": False, "linkify": False, "typographer": False, "maxNesting": 20})
    .enable(["heading", "list", "emphasis"])
    .disable("entity", ignoreInvalid=True)
)


@lru_cache(maxsize=512)
def story_html(text: str) -> Markup:
    """`text` as HTML of `ALLOWED_TAGS` without any attribute; every line that is no list is a paragraph."""
    html = _markdown.render(_spaced(text))
    html = re.sub(r"<(/?)h[1-6]>", r"<\1h3>", html)
    # Safe as markup: nothing but tags without attributes is left.
    return Markup(nh3.clean(html, tags=set(ALLOWED_TAGS), attributes={}))  # noqa: S704


def story_plain(text: str) -> str:
    """`text` without its formatting, for a teaser: lines joined by spaces."""
    return " ".join(unescape(_TAG.sub("", story_html(text))).split())


def _spaced(text: str) -> str:
    """An empty line between lines, except between those of one list: people press Enter once for a new paragraph."""
    lines = [line.strip() for line in text.splitlines()]
    spaced: list[str] = []
    for line in lines:
        is_next_in_list = spaced and _LIST_LINE.match(line) and _LIST_LINE.match(spaced[-1])
        if spaced and not is_next_in_list:
            spaced.append("")
        spaced.append(line)
    return "\n".join(spaced)
