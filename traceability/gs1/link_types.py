"""Link types of the GS1 Web Vocabulary: what a link from a thing to a page is about."""

import csv
from dataclasses import dataclass
from functools import cache
from typing import Final

from traceability.gs1.identifiers import DATA

NAMESPACE: Final = "https://gs1.org/voc/"
PREFIX: Final = "gs1"
# Documents about resolvers name the same words under both.
_NAMESPACES: Final = (NAMESPACE, "http://gs1.org/voc/", "https://ref.gs1.org/voc/", f"{PREFIX}:")


@dataclass(frozen=True, slots=True)
class LinkType:
    """name: as in `gs1:pip`, without the prefix. is_stable: False for one that is going out of use."""

    name: str
    title: str
    is_stable: bool

    @property
    def address(self) -> str:
        """The link type's own address, its name in a linkset."""
        return NAMESPACE + self.name


@cache
def link_types() -> dict[str, LinkType]:
    """Every link type by its name. Source: GS1 Web Vocabulary 1.16 (data/README.md)."""
    with (DATA / "link_types.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["name"]: LinkType(row["name"], row["title"], row["status"] == "stable") for row in rows}


def find_link_type(written: str) -> LinkType | None:
    """The link type that somebody asks for as `gs1:pip`, by its address or by its bare name; None if there is none."""
    for namespace in _NAMESPACES:
        if written.startswith(namespace):
            return link_types().get(written.removeprefix(namespace))
    return link_types().get(written)
