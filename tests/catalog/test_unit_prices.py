import pytest

from catalog.unit_prices import UnitPrice, unit_price


@pytest.mark.parametrize(
    ("price_vnd", "net_quantity", "net_unit", "expected"),
    [
        (125_000, 500, "g", UnitPrice(250_000, "kg")),
        (100_000, 3, "kg", UnitPrice(33_333, "kg")),
        (200_000, 3, "kg", UnitPrice(66_667, "kg")),
        (65_000, 750, "ml", UnitPrice(86_667, "l")),
        (90_000, 5, "l", UnitPrice(18_000, "l")),
    ],
)
def test_the_price_of_a_kilogram_or_litre_is_rounded_to_whole_dong(
    price_vnd, net_quantity, net_unit, expected
):
    assert unit_price(price_vnd, net_quantity, net_unit) == expected


@pytest.mark.parametrize(
    ("price_vnd", "net_quantity", "net_unit"),
    [(None, 500, "g"), (125_000, None, "g"), (125_000, 0, "g"), (125_000, 12, "piece"), (125_000, 500, None)],
)
def test_without_price_or_size_there_is_no_unit_price(price_vnd, net_quantity, net_unit):
    assert unit_price(price_vnd, net_quantity, net_unit) is None


@pytest.mark.parametrize(("net_quantity", "net_unit"), [(1, "kg"), (1000, "g"), (1, "l"), (1000, "ml")])
def test_a_pack_of_just_one_unit_tells_its_price_only_once(net_quantity, net_unit):
    assert unit_price(125_000, net_quantity, net_unit) is None
