"""Reading what a system sends: JSON that is exactly of the type that the document names, or a list of what is not."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, NotRequired, TypeVar, Union, cast, get_args, get_origin

from flask import request
from typing_extensions import get_type_hints, is_typeddict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from catalog.errors import InvalidBodyError

Shape = TypeVar("Shape")

FAULTS_MAX: Final = 100
VALUE_CHARS: Final = 40
NUMBER_MAX: Final = 10**15


def read_body(shape: type[Shape]) -> Shape:
    """The body of the present request as `shape`, a TypedDict.

    Raises UnsupportedMediaType, BadRequest for what is no JSON, and InvalidBodyError with every member that is
    missing, unknown or of another type.
    """
    body = read_json()
    faults = []
    for pointer, reason in _faults(body, shape, ""):
        faults.append((pointer, reason))
        if len(faults) >= FAULTS_MAX:
            break
    if faults:
        raise InvalidBodyError(faults=tuple(faults))
    return cast("Shape", body)


def read_json() -> Any:
    """The body of the present request, of whatever type. Raises UnsupportedMediaType, and BadRequest for no JSON."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    return _parsed(request.get_data(cache=True))


def _parsed(content: bytes) -> Any:
    try:
        found = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_once_each,
            parse_constant=_no_constant,
            parse_int=_whole,
        )
        json.dumps(found, ensure_ascii=False).encode()  # half a character, written by its escape, is no text
    except (ValueError, RecursionError):
        raise BadRequest from None
    return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands there twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _whole(digits: str) -> int:
    return int(digits) if len(digits) <= 18 else NUMBER_MAX * 10  # refused as out of range further on


def _faults(value: Any, wanted: Any, pointer: str) -> Iterator[tuple[str, str]]:
    origin = get_origin(wanted)
    if origin is NotRequired:
        yield from _faults(value, get_args(wanted)[0], pointer)
    elif origin in {Union, UnionType}:
        if value is not None:
            yield from _faults(
                value, next(each for each in get_args(wanted) if each is not NoneType), pointer
            )
    elif is_typeddict(wanted):
        yield from _object_faults(value, wanted, pointer)
    elif origin is list:
        yield from _list_faults(value, get_args(wanted)[0], pointer)
    else:
        reason = _scalar_fault(value, wanted, get_args(wanted) if origin is Literal else ())
        if reason:
            yield pointer, reason


def _scalar_fault(value: Any, wanted: Any, choices: tuple[Any, ...]) -> str:
    if choices:
        return "" if isinstance(value, str) and value in choices else "unknown_choice"
    if wanted is int:
        if type(value) is not int:  # True is an int too
            return "not_a_number"
        return "" if abs(value) <= NUMBER_MAX else "out_of_range"
    if value is None:
        return "missing"
    return "" if isinstance(value, str) else "not_text"


def _object_faults(value: Any, shape: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield pointer, "not_an_object"
        return
    hints = _hints(shape)
    for name in value:
        if name not in hints:
            yield f"{pointer}/{_escaped(name)}", "unknown_field"
    for name in sorted(shape.__required_keys__ - value.keys()):
        yield f"{pointer}/{name}", "missing"
    for name, hint in hints.items():
        if name in value:
            yield from _faults(value[name], hint, f"{pointer}/{name}")


def _list_faults(value: Any, wanted: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, list):
        yield pointer, "not_a_list"
        return
    for number, each in enumerate(value):
        yield from _faults(each, wanted, f"{pointer}/{number}")


@cache
def _hints(shape: Any) -> Mapping[str, Any]:
    return get_type_hints(shape, include_extras=False)


def _escaped(name: str) -> str:
    """Source: RFC 6901, 3."""
    return name[:VALUE_CHARS].replace("~", "~0").replace("/", "~1")
