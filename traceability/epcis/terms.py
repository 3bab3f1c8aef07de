"""Words of the Core Business Vocabulary, and what short names in a JSON-LD document stand for.

Source: GS1 CBV 2.0, sections 7 and 8 (as enumerated in the EPCIS JSON schema 2.0.1); GS1 Web Vocabulary.
Nothing is fetched: contexts that are only named by address are known by heart or not at all.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

CBV: Final = "https://ref.gs1.org/cbv/"
GS1: Final = "https://gs1.org/voc/"
MASTER_DATA: Final = "urn:epcglobal:cbv:mda:"
CBV_URN: Final = "urn:epcglobal:cbv:"

PREFIXES: Final[Mapping[str, str]] = {
    "cbv": CBV,
    "cbvmda": MASTER_DATA,
    "dcterms": "http://purl.org/dc/terms/",
    "epcis": "https://ref.gs1.org/epcis/",
    "gs1": GS1,
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes that the EPCIS context itself gives."""

BIZ_STEPS: Final = frozenset(
    [
        "accepting",
        "arriving",
        "assembling",
        "collecting",
        "commissioning",
        "consigning",
        "creating_class_instance",
        "cycle_counting",
        "decommissioning",
        "departing",
        "destroying",
        "disassembling",
        "dispensing",
        "encoding",
        "entering_exiting",
        "holding",
        "inspecting",
        "installing",
        "killing",
        "loading",
        "other",
        "packing",
        "picking",
        "receiving",
        "removing",
        "repackaging",
        "repairing",
        "replacing",
        "reserving",
        "retail_selling",
        "sampling",
        "sensor_reporting",
        "shipping",
        "staging_outbound",
        "stock_taking",
        "stocking",
        "storing",
        "transporting",
        "unloading",
        "unpacking",
        "void_shipping",
    ]
)
DISPOSITIONS: Final = frozenset(
    [
        "active",
        "available",
        "completeness_inferred",
        "completeness_verified",
        "conformant",
        "container_closed",
        "container_open",
        "damaged",
        "destroyed",
        "dispensed",
        "disposed",
        "encoded",
        "expired",
        "in_progress",
        "in_transit",
        "inactive",
        "mismatch_class",
        "mismatch_instance",
        "mismatch_quantity",
        "needs_replacement",
        "no_pedigree_match",
        "non_conformant",
        "non_sellable_other",
        "partially_dispensed",
        "recalled",
        "reserved",
        "retail_sold",
        "returned",
        "sellable_accessible",
        "sellable_not_accessible",
        "stolen",
        "unavailable",
        "unknown",
    ]
)
TRANSACTION_TYPES: Final = frozenset(
    [
        "bol",
        "cert",
        "desadv",
        "inv",
        "pedigree",
        "po",
        "poc",
        "prodorder",
        "recadv",
        "rma",
        "testprd",
        "testres",
        "upevt",
    ]
)
PARTY_TYPES: Final = frozenset(["owning_party", "possessing_party", "location"])
ERROR_REASONS: Final = frozenset(["did_not_occur", "incorrect_data"])
ALERTS: Final = frozenset(["ALARM_CONDITION", "ERROR_CONDITION"])
COMPONENTS: Final = frozenset(
    [
        "altitude",
        "axial_distance",
        "azimuth",
        "easting",
        "elevation_angle",
        "height",
        "latitude",
        "longitude",
        "northing",
        "polar_angle",
        "spherical_radius",
        "x",
        "y",
        "z",
    ]
)
WORD_STEMS: Final[Mapping[str, str]] = {
    "bizStep": f"{CBV}BizStep-",
    "disposition": f"{CBV}Disp-",
    "transaction": f"{CBV}BTT-",
    "party": f"{CBV}SDT-",
    "reason": f"{CBV}ER-",
    "component": f"{CBV}Comp-",
    "measurement": GS1,
    "alert": GS1,
}
_URN_STEMS: Final[Mapping[str, str]] = {
    "bizstep": f"{CBV}BizStep-",
    "disp": f"{CBV}Disp-",
    "btt": f"{CBV}BTT-",
    "sdt": f"{CBV}SDT-",
    "er": f"{CBV}ER-",
}


def prefixes_of(*contexts: Any) -> dict[str, str]:
    """What the short names of some `@context` values stand for, those of EPCIS included; later ones win.

    Addresses of contexts are passed over: this never goes to the network.
    """
    known = dict(PREFIXES)
    for context in contexts:
        for each in _objects(context):
            for name, meaning in each.items():
                address = meaning.get("@id") if isinstance(meaning, Mapping) else meaning
                if isinstance(address, str) and not name.startswith("@"):
                    known[name] = address
    return known


def expanded(text: str, prefixes: Mapping[str, str]) -> str:
    """A short name «cbv:BizStep-packing» in full; any other text as it is."""
    prefix, colon, rest = text.partition(":")
    if colon and not rest.startswith("//") and prefix in prefixes:
        return prefixes[prefix] + rest
    return text


def full_word(kind: str, text: str, prefixes: Mapping[str, str]) -> str:
    """A word of the vocabulary as the address it stands for. kind: a key of `WORD_STEMS`."""
    if ":" not in text:
        return WORD_STEMS[kind] + text
    whole = expanded(text, prefixes)
    if whole.startswith(CBV_URN):
        group, colon, word = whole.removeprefix(CBV_URN).partition(":")
        if colon and group in _URN_STEMS:
            return _URN_STEMS[group] + word
    return whole


def bare_word(kind: str, text: str) -> str:
    """The short word for a full address of the vocabulary; a text of somebody else's as it is."""
    return full_word(kind, text, PREFIXES).removeprefix(WORD_STEMS[kind])


def _objects(context: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(context, Mapping):
        yield context
    elif isinstance(context, list):
        for each in context:
            yield from _objects(each)
