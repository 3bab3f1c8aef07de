"""An order at our producer, placed by a guest and waiting for confirmation; a point of collection, a carrier's list."""

from typing import Any

from core import clock as present
from orders.models.delivery import PickupPoint
from orders.models.shipments import CodRemittance, CodRemittanceLine
from tests.factories import saved
from tests.order_factories import make_order


def order_things(product: Any) -> dict[str, str | int]:
    """What addresses call it: its code, and the number of its line."""
    (part,) = make_order((product.variants[0], 1)).seller_orders
    return {"order_code": part.code, "order_line": part.lines[0].id} | _of_delivery()


def _of_delivery() -> dict[str, str | int]:
    point = saved(
        PickupPoint(
            kind="pickup_point",
            name="Điểm Bến Tre",
            address="1 Đồng Khởi",
            province_code="86",
            hours="8-17 giờ",
            run_by="UBND phường",
        )
    )
    remittance = saved(
        CodRemittance(
            carrier="ghn", sha256="c" * 64, file_name="a.csv", bank_reference="FT1", recorded_at=present.now()
        )
    )
    line = saved(
        CodRemittanceLine(
            remittance_id=remittance.id, line=2, code="X", collected_vnd=1, fee_vnd=0, outcome="unknown"
        )
    )
    return {"pickup_point": point.id, "remittance": remittance.id, "remittance_line": line.id}
