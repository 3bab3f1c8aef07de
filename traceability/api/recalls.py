"""Recalls that are open, for programs: what `gs1:recallStatus` of a link leads to.

An empty list says that no recall is on record here, no more. Drills are not told.
"""

import re
from typing import Final

from flask import Response, request

from catalog.api.answers import data_answer, site_address
from catalog.errors import InvalidParameterError
from catalog.queries.columns import get_columns
from core.web.access import public
from traceability.api.serialize import recall_status_json
from traceability.api.shapes import RecallListJson
from traceability.queries.recalls import list_open_recalls, product_ids_of_gtin

GTIN: Final = re.compile(r"[0-9]{14}")
PARAMETERS: Final = ("gtin", "lot")
LOT_MAX: Final = 20


@public
def recalls() -> Response:
    """Recalls that are open, the newest first; of the goods with a GTIN, of one lot of them."""
    gtin, lot = _asked()
    version = get_columns().seq
    return data_answer(version, ("recalls", gtin, lot, site_address()), lambda: _found(gtin, lot))


def _found(gtin: str, lot: str) -> RecallListJson:
    rows = list_open_recalls(product_ids=product_ids_of_gtin(gtin) if gtin else None)
    of_lot = [
        row
        for row in rows
        if not lot
        or row.scope == "product"
        or lot.casefold() in {each.lot.code.casefold() for each in row.lots}
    ]
    return {"recalls": [recall_status_json(row, site_address()) for row in of_lot]}


def _asked() -> tuple[str, str]:
    for name, values in request.args.lists():
        if name not in PARAMETERS:
            raise InvalidParameterError(
                parameter=name, value="", reason="unknown_parameter", allowed=PARAMETERS
            )
        if len(values) > 1:
            raise InvalidParameterError(parameter=name, value="", reason="repeated")
    gtin, lot = request.args.get("gtin", ""), request.args.get("lot", "")
    if gtin and not GTIN.fullmatch(gtin):
        raise InvalidParameterError(parameter="gtin", value=gtin[:40], reason="value", allowed=("14 digits",))
    if len(lot) > LOT_MAX:
        raise InvalidParameterError(parameter="lot", value="", reason="too_long", most=LOT_MAX)
    return gtin, lot
