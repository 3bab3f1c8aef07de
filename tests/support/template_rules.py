"""Rules of the house that can be read off the text of a template."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

TEMPLATE_LINES_MAX = 200

# The trace page alone carries its sheet inside, allowed by its SHA-256 in that page's policy: it must be readable
# after one round trip on a weak connection (budget of the scan page).
MAY_CARRY_ITS_SHEET = frozenset({"traceability/trace.html"})
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


def breaches(name: str, source: str) -> Iterator[str]:
    """What is wrong with the template `name` ("storefront/product.html"), in words."""
    text = COMMENT.sub("", source)
    if source.count("\n") > TEMPLATE_LINES_MAX:
        yield f"more than {TEMPLATE_LINES_MAX} lines"
    for what, pattern in FORBIDDEN.items():
        if pattern.search(text):
            yield what
    yield from foreign_parts(name, text)
    for script in SCRIPT.finditer(text):
        if " src=" not in script[1] and "application/ld+json" not in script[1]:
            yield "inline script"
    if "<style" in text.lower() and name not in MAY_CARRY_ITS_SHEET:
        yield "inline sheet"


def foreign_parts(name: str, text: str) -> Iterator[str]:
    """Parents, imports and includes from where they may not come."""
    folder = str(PurePosixPath(name).parent)
    extended = [parent.strip("\"'") for parent in EXTENDS.findall(text)]
    if needs_base(name) and extended != ["base.html"]:
        yield "does not extend base.html"
    for imported in IMPORT.findall(text):
        if not imported.startswith("components/"):
            yield f"imports {imported}"
    for included in INCLUDE.findall(text):
        if str(PurePosixPath(included).parent) != folder:
            yield f"includes {included}"


def needs_base(name: str) -> bool:
    """Whole pages do; macros, letters, fragments (`_name.html`) and what is not HTML do not."""
    is_page = name.endswith(".html") and not PurePosixPath(name).name.startswith("_")
    return is_page and name != "base.html" and not name.startswith(STANDS_ALONE)
