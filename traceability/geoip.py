"""From a network address to today's province of Vietnam. The one door to `maxminddb`.

The operator's own file (setting GEOIP_DB, MMDB format with `subdivisions`) answers; without it nothing is told.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

from core.places import find_province, successor
from core.settings_reader import SettingError

COUNTRY: Final = "VN"


class AddressDatabase(Protocol):
    """What we use of a `maxminddb.Reader`."""

    def get(self, ip_address: str) -> Any:
        """The record of an address, None if there is none; ValueError for what is no address."""
        ...


def open_database(path: Path) -> AddressDatabase:
    """The file at `path`, memory-mapped. Raises SettingError if it is no such database."""
    import maxminddb

    try:
        reader: AddressDatabase = maxminddb.open_database(path)
    except (OSError, maxminddb.InvalidDatabaseError):
        raise SettingError("GEOIP_DB", f"{str(path)!r} is no MaxMind database") from None
    return reader


def find_province_name(database: AddressDatabase | None, address: str) -> str | None:
    """Today's short name of the province of `address` («Thanh Hóa»), None abroad or where it is not known.

    The names of before July 2025, which such files still hold, give the province that took the old one in.
    """
    if database is None:
        return None
    try:
        record = database.get(address)
    except ValueError:
        return None
    return None if record is None else _province_of(record)


def _province_of(record: Mapping[str, Any]) -> str | None:
    if record.get("country", {}).get("iso_code") != COUNTRY:
        return None
    for subdivision in record.get("subdivisions") or ():
        names = subdivision.get("names", {})
        for name in (names.get("vi"), names.get("en")):
            found = _current_name(name) if name else None
            if found is not None:
                return found
    return None


@lru_cache(maxsize=256)
def _current_name(name: str) -> str | None:
    province = find_province(name)
    return None if province is None else successor(province).short_name
