"""Rules of the house that can be read off the text of a template."""

import re
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

TEMPLATE_LINES_MAX = 200

# Pages of stamps alone carry their sheet inside, allowed by its SHA-256 in their policy: they must be readable after
# one round trip on a weak connection (budget of the scan page).
CARRIES_ITS_SHEET = "traceability/"
ITS_SHEET = "<style>{{ sheet }}</style>"
# The last resort must not need what has just failed.
STANDS_ALONE = ("components/", "mail/", "errors/500.html")

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
EXTENDS = re.compile(r"\{%-?\s*extends\s+([^%]+?)\s*-?%\}")
IMPORT = re.compile(r"\{%-?\s*(?:from|import)\s+[\"']([^\"']+)[\"']")
INCLUDE = re.compile(r"\{%-?\s*include\s+[\"']([^\"']+)[\"']")
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
FORBIDDEN = {
    "unescaped output": re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false|Markup\("),
    "inline style": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
}


def breaches(name: str, source: str, parts: Collection[str] = ()) -> Iterator[str]:
    """What is wrong with the template `name` ("storefront/product.html"), in words.

    parts: names of templates that others take in; they are no pages.
    """
    text = COMMENT.sub("", source)
    if source.count("\n") > TEMPLATE_LINES_MAX:
        yield f"more than {TEMPLATE_LINES_MAX} lines"
    for what, pattern in FORBIDDEN.items():
        if pattern.search(text):
            yield what
    yield from foreign_parts(name, text, is_page=needs_base(name) and name not in parts)
    for script in SCRIPT.finditer(text):
        if " src=" not in script[1] and "application/ld+json" not in script[1]:
            yield "inline script"
    if "<style" in own_text(name, text).lower():
        yield "inline sheet"


def parts_taken_in(source: str) -> set[str]:
    """Names of the templates that `source` includes or imports."""
    text = COMMENT.sub("", source)
    return {*IMPORT.findall(text), *INCLUDE.findall(text)}


def own_text(name: str, text: str) -> str:
    """`text` without the one sheet that it may carry."""
    return text.replace(ITS_SHEET, "") if name.startswith(CARRIES_ITS_SHEET) else text


def foreign_parts(name: str, text: str, *, is_page: bool) -> Iterator[str]:
    """Parents, imports and includes from where they may not come."""
    folder = str(PurePosixPath(name).parent)
    extended = [parent.strip("\"'") for parent in EXTENDS.findall(text)]
    if is_page and extended != ["base.html"]:
        yield "does not extend base.html"
    for imported in IMPORT.findall(text):
        if not imported.startswith("components/"):
            yield f"imports {imported}"
    for included in INCLUDE.findall(text):
        if str(PurePosixPath(included).parent) != folder:
            yield f"includes {included}"


def needs_base(name: str) -> bool:
    """Whole pages do; macros, letters, the last resort and what is not HTML do not."""
    return name.endswith(".html") and name != "base.html" and not name.startswith(STANDS_ALONE)
