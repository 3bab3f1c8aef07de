"""The map of tiles: 34 provinces, two archipelagos, and the stops of a journey."""

from core.places import list_provinces
from traceability.tile_map import ISLANDS, TILES, tile_map


def test_the_tiles_are_the_provinces_of_today() -> None:
    assert set(TILES) == {province.short_name for province in list_provinces()}
    assert len(TILES) == 34
    assert len(set(TILES.values()) | set(ISLANDS.values())) == 36


def test_hoang_sa_and_truong_sa_are_on_every_map() -> None:
    drawn = tile_map([])

    assert [label.text for label in drawn.islands] == ["Hoàng Sa", "Trường Sa"]
    assert drawn.sea.count("M") == 2
    assert ISLANDS["Hoàng Sa"][1] == TILES["Đà Nẵng"][1]
    assert ISLANDS["Trường Sa"][0] > TILES["Khánh Hòa"][0]


def test_stops_are_numbered_in_their_order_each_once() -> None:
    drawn = tile_map(["Vĩnh Long", None, "Hồ Chí Minh", "Vĩnh Long", "Bến Tre"])

    assert drawn.names == ("Vĩnh Long", "Hồ Chí Minh")
    assert [label.text for label in drawn.numbers] == ["1", "2"]
    assert drawn.marked == "M65 329h22v22h-22zM65 307h22v22h-22z"


def test_the_drawing_is_small() -> None:
    drawn = tile_map(TILES)

    assert len("".join((drawn.land, drawn.sea, drawn.marked))) <= 3_000
