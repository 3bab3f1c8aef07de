"""Names of the offices that speak in campaigns and collections."""

from core.places import Vintage, find_province_by_code


def province_name(code: str | None) -> str:
    """Short name of a province of today, «» for none."""
    province = find_province_by_code(code or "", Vintage.SINCE_2025_07)
    return province.short_name if province else ""
