"""Events as everybody may read them: codes of our stamps left out, the lot that they are on in their place.

A public list of codes would be a gift to copiers (docs/decisions/0046). The sender's systems have the codes; whoever
asks learns how many packs of which lot. Pure: which codes are of stamps is told by the caller.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from traceability.epcis.names import OWN_PREFIX, own_context
from traceability.stamp_codes import CodeStatus, parse

Json = dict[str, Any]

LEFT_OUT: Final = f"{OWN_PREFIX}:codesLeftOut"
"""How many codes were left out: the hash of such an event is that of what was handed in, not of what is told."""
_CLASSES_OF: Final[Mapping[str, str]] = {
    "epcList": "quantityList",
    "childEPCs": "childQuantityList",
    "inputEPCList": "inputQuantityList",
    "outputEPCList": "outputQuantityList",
}
_PIECE: Final = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*")
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def codes_in(value: Any) -> frozenset[str]:
    """What could be the code of a stamp by its form, anywhere in JSON, names of fields left aside; as stored."""
    return frozenset(code for text in _texts(value) for code in _codes(text))


def without_codes(event: Mapping[str, Any], lots: Mapping[str, str], site: str) -> Json:
    """The event without the codes of `lots`: name of the lot that each is on. An event with none of them as it is.

    Packs in a list of EPCs become so many packs of their lot in the list of classes beside it; an address with a code
    elsewhere becomes that of the lot, and in other words a star stands for the code.
    """
    left_out = codes_in(event) & lots.keys()
    if not left_out:
        return dict(event)
    told = dict(event)
    for role, classes in _CLASSES_OF.items():
        named = event.get(role) or ()
        packs = Counter(lots[code] for name in named if (code := _code_in(name, lots)) is not None)
        if packs:
            told[role] = [name for name in named if _code_in(name, lots) is None]
            told[classes] = [
                *(event.get(classes) or ()),
                *({"epcClass": name, "quantity": count} for name, count in packs.items()),
            ]
    told = {name: masked(value, lots) for name, value in told.items() if value or name not in _CLASSES_OF}
    return _marked(told, len(left_out), site)


def masked(value: Any, lots: Mapping[str, str]) -> Any:
    """Any JSON without the codes of `lots`."""
    if isinstance(value, str):
        return _masked_text(value, lots)
    if isinstance(value, list):
        return [masked(each, lots) for each in value]
    if isinstance(value, Mapping):
        return {name: masked(each, lots) for name, each in value.items()}
    return value


def _marked(event: Json, count: int, site: str) -> Json:
    context = event.get("@context") or []
    meanings = context if isinstance(context, list) else [context]
    if any(isinstance(each, Mapping) and OWN_PREFIX in each for each in meanings):
        # The sender means something else by our prefix, or said what it means already.
        return event if own_context(site) not in meanings else {**event, LEFT_OUT: count}
    return {**event, "@context": [*meanings, own_context(site)], LEFT_OUT: count}


def _masked_text(text: str, lots: Mapping[str, str]) -> str:
    code = _code_in(text, lots)
    if code is None:
        return text
    if _ADDRESS.fullmatch(text):
        return lots[code]
    return _PIECE.sub(lambda piece: "*" if _code_in(piece[0], lots) else piece[0], unquote(text))


def _code_in(text: Any, lots: Mapping[str, str]) -> str | None:
    return next((code for code in _codes(text) if code in lots), None) if isinstance(text, str) else None


def _codes(text: str) -> Iterator[str]:
    for piece in _PIECE.findall(unquote(text)):
        for written in {piece, *piece.split("-")}:
            found = parse(written)
            if found.status is CodeStatus.OK and found.code is not None:
                yield found.code


def _texts(value: Any) -> Iterator[str]:
    below = [value]
    while below:
        each = below.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, Mapping):
            below += each.values()
        elif isinstance(each, list | tuple):
            below += each
