"""Check the pages people read: links lead somewhere, decisions have their four parts, the change log has its head."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
DECISION_PARTS = ("Context", "Choices", "Decision", "Consequences")
DECISION_NAME = re.compile(r"\d{4}-[a-z0-9-]+\.md")


def main() -> int:
    """Print what is wrong, one line each; 1 if anything is."""
    pages = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
    found = [finding for page in pages for finding in broken_links(page)]
    found += [
        finding for page in sorted((ROOT / "docs" / "decisions").glob("*")) for finding in decision_gaps(page)
    ]
    found += change_log_gaps(ROOT / "CHANGELOG.md")
    for finding in found:
        print(finding)
    return 1 if found else 0


def broken_links(page: Path) -> Iterator[str]:
    """Relative links of `page` to files or headings that do not exist."""
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists():
            yield f"{name(page)}: {link} leads nowhere"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            yield f"{name(page)}: {link} names no heading there"


def anchors(page: Path) -> set[str]:
    """Anchors of the headings of `page`, as code hosts make them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


def decision_gaps(page: Path) -> Iterator[str]:
    """Parts that the decision `page` lacks."""
    if not DECISION_NAME.fullmatch(page.name):
        yield f"{name(page)}: a decision is named 0001-what-it-is-about.md"
        return
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    yield from (f"{name(page)}: no heading «{part}»" for part in DECISION_PARTS if part not in headings)


def change_log_gaps(page: Path) -> Iterator[str]:
    if "Unreleased" not in HEADING.findall(page.read_text(encoding="utf-8")):
        yield f"{name(page)}: no heading «Unreleased»"


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main())
