"""Sold on other platforms: files that lie, stock that stays true, stalls that lead only where they say."""

import io
from datetime import date

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from catalog.errors import RegisterFileError
from catalog.models import Variant
from catalog.models.listings import StockMovement
from catalog.spreadsheets import read_table
from core.db import db, transaction
from orders.invariants import stock as stock_invariants
from promotion.errors.points import InvalidStallError, SaleFileError
from promotion.models.points import SaleElsewhere, SaleImport, Stall
from promotion.operations.elsewhere import apply_sales, look_at_sales
from promotion.operations.stalls import add_stall, end_stall
from promotion.queries.elsewhere import elsewhere_counts, list_stalls
from promotion.sale_files import read_sales, sale_maps
from promotion.stall_links import HOSTS, NAMES, stall_address
from tests.factories import make_producer, make_product
from tests.order_factories import make_order
from tests.people import actor, browser_of, make_member

TODAY = date(2026, 11, 22)
HEAD = "don_hang,ma_hang,so_luong,ngay,thanh_tien\n"


@pytest.fixture
def shop(db_session):
    """A producer with a pack of which ten are there, two of them reserved, and its owner."""
    producer = make_producer()
    pack = make_product(producer=producer, variants=[{"on_hand": 10, "gtin": "09521234500018"}]).variants[0]
    make_order((pack, 2))
    return producer, pack, make_member(producer)


def read(rows, platform="own"):
    return read_sales(read_table(rows.encode()), platform, TODAY)


def look(shop, rows, clock, platform="own"):
    producer, _pack, owner = shop
    who = actor(owner)
    with transaction():
        content = rows.encode() if isinstance(rows, str) else rows
        return look_at_sales(producer.id, platform, content, "don.csv", by=who, now=clock.now())


def book(shop, sent, clock):
    who = actor(shop[2])
    with transaction():
        return apply_sales(db.session.get_one(SaleImport, sent.id), by=who, now=clock.now())


def stock(pack):
    db.session.rollback()
    return db.session.execute(select(Variant.on_hand, Variant.reserved).where(Variant.id == pack.id)).one()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A1,OCOP-1,-3,2026-11-01,", "quantity"),
        ("A1,OCOP-1,0,2026-11-01,", "quantity"),
        ("A1,OCOP-1,1.5,2026-11-01,", "quantity"),
        ("A1,OCOP-1,=1+1,2026-11-01,", "quantity"),
        ("A1,OCOP-1,١,2026-11-01,", "quantity"),
        ("A1,OCOP-1,99999,2026-11-01,", "quantity"),
        ("=cmd|x,OCOP-1,1,2026-11-01,", "order"),
        (",OCOP-1,1,2026-11-01,", "order"),
        ("<b>,OCOP-1,1,2026-11-01,", "order"),
        ("A1,OCOP-1,1,2026-11-23,", "future"),
        ("A1,OCOP-1,1,hôm qua,", "day"),
        ("A1,OCOP-1,1,2026-02-30,", "day"),
        ("A1,OCOP-1,1,2026-11-01,-5", "amount"),
        ("A1,OCOP-1,1,2026-11-01,99999999999999999", "amount"),
        ("A1,,1,2026-11-01,", "code"),
    ],
)
def test_a_row_that_cannot_be_is_told_with_its_line(row, reason):
    file = read(HEAD + "A0,OCOP-1,1,2026-11-01,\n" + row + "\n")

    assert [(fault.line, fault.reason) for fault in file.faults] == [(3, reason)]
    assert [sale.order_number for sale in file.sales] == ["A0"]


def test_rows_of_platforms_are_read_by_their_own_headings():
    shopee = read(
        "Mã đơn hàng,Trạng Thái Đơn Hàng,SKU phân loại hàng,Số lượng,Ngày đặt hàng,Tổng giá bán (sản phẩm)\n"
        '2411AB,Hoàn thành,OCOP-7,2,2026-11-01 10:20,"250,000"\n2411AC,Đã hủy,OCOP-7,9,2026-11-01 10:20,0\n',
        "shopee",
    )
    lazada = read(
        "orderNumber,sellerSku,createTime,paidPrice,status\n"
        + "1,OCOP-7,01 Nov 2026 10:20,125000.00,ok\n" * 2,
        "lazada",
    )

    (sold,) = shopee.sales
    assert (sold.order_number, sold.quantity, sold.amount_vnd, sold.sold_on) == (
        "2411AB",
        2,
        250_000,
        date(2026, 11, 1),
    )
    assert shopee.cancelled == 1
    assert [(sale.quantity, sale.amount_vnd) for sale in lazada.sales] == [(2, 250_000)]
    assert [fault.reason for fault in read("a,b\n1,2\n", "tiki").faults] == ["heading"]
    assert sale_maps().keys() - {"own"} <= NAMES.keys()


def test_a_file_is_looked_at_first_and_booked_once(shop, clock):
    pack = shop[1]
    rows = f"{HEAD}A1,OCOP-{pack.id},3,2026-11-01,375.000\nA2,{pack.gtin},2,2026-11-02,\n"
    sent = look(shop, rows, clock)
    assert stock(pack) == (10, 2)

    taken = [book(shop, sent, clock), book(shop, sent, clock)]
    again = look(shop, rows, clock)

    assert taken == [5, 0]
    assert again.id == sent.id
    assert stock(pack) == (5, 2)
    moved = db.session.execute(
        select(StockMovement.on_hand_before, StockMovement.on_hand_after, StockMovement.subject).where(
            StockMovement.reason == "elsewhere"
        )
    ).all()
    assert moved == [(10, 5, f"sale_import:{sent.id}")]
    (count,) = elsewhere_counts(shop[0].id)
    assert (count.orders, count.packs, count.amount_vnd) == (2, 5, 375_000)


def test_stock_and_movements_agree_with_what_orders_hold(shop, clock):
    sent = look(shop, f"{HEAD}A1,OCOP-{shop[1].id},8,2026-11-01,\n", clock)
    book(shop, sent, clock)

    assert stock(shop[1]) == (2, 2)
    assert list(stock_invariants.stock_that_does_not_add_up()) == []
    assert list(stock_invariants.more_sold_than_there_was()) == []


def test_an_order_of_a_later_file_that_was_booked_before_is_left_out(shop, clock):
    pack = shop[1]
    first = look(shop, f"{HEAD}A1,OCOP-{pack.id},3,2026-11-01,\n", clock)
    book(shop, first, clock)
    second = look(shop, f"{HEAD}A1,OCOP-{pack.id},3,2026-11-01,\nA2,OCOP-{pack.id},1,2026-11-02,\n", clock)

    assert book(shop, second, clock) == 1
    assert stock(pack) == (6, 2)


def test_an_order_that_names_a_pack_by_two_codes_is_one_sale(shop, clock):
    pack = shop[1]
    rows = f"{HEAD}A1,OCOP-{pack.id},2,2026-11-01,200000\nA1,09521234500018,1,2026-11-01,100000\n"

    booked = book(shop, look(shop, rows, clock), clock)

    assert booked == 3
    assert stock(pack) == (7, 2)
    sales = db.session.execute(select(SaleElsewhere.quantity, SaleElsewhere.amount_vnd)).all()
    assert sales == [(3, 300_000)]


@pytest.mark.parametrize("is_workbook", [False, True])
def test_a_barcode_is_read_as_it_is_printed_on_the_pack(shop, clock, is_workbook):
    with transaction():
        shop[1].gtin = "08935001234562"
    eight = make_product(producer=shop[0], variants=[{"gtin": "00000096385074", "on_hand": 9}]).variants[0]
    twelve = make_product(producer=shop[0], variants=[{"gtin": "00036000291452", "on_hand": 9}]).variants[0]
    theirs = make_product(variants=[{"gtin": "08935049500018"}]).variants[0].gtin[1:]
    codes = ("8935001234562", "96385074", "036000291452", theirs, "893500123456")
    rows = [["A1", code, 1, "2026-11-01", ""] for code in codes]
    content = HEAD + "\n".join(",".join(str(cell) for cell in row) for row in rows)
    if is_workbook:
        book_of_rows, file = Workbook(), io.BytesIO()
        for row in (HEAD.strip().split(","), *[[row[0], int(row[1]), *row[2:]] for row in rows]):
            book_of_rows.active.append(row)
        book_of_rows.save(file)
        content = file.getvalue()

    sent = look(shop, content, clock)

    assert [sale[2] for sale in sent.found["sales"]] == [shop[1].id, eight.id, twelve.id]
    assert sent.found["faults"] == [[5, "code", theirs], [6, "code", "893500123456"]]


def test_more_than_is_free_is_refused_and_nothing_is_taken(shop, clock):
    pack = shop[1]
    other = make_product(producer=shop[0], variants=[{"on_hand": 4}]).variants[0]
    sent = look(shop, f"{HEAD}A1,OCOP-{other.id},4,2026-11-01,\nA2,OCOP-{pack.id},9,2026-11-01,\n", clock)

    with pytest.raises(SaleFileError) as refused:
        book(shop, sent, clock)

    assert (refused.value.reason, refused.value.facts["shortfalls"]) == ("short", {pack.id: 8})
    assert (stock(pack), stock(other)) == ((10, 2), (4, 0))
    assert db.session.scalar(select(func.count()).select_from(SaleElsewhere)) == 0
    assert db.session.get_one(SaleImport, sent.id).applied_at is None


def test_goods_of_others_and_faults_keep_all_of_the_file_from_being_booked(shop, clock):
    theirs = make_product().variants[0]
    sent = look(shop, f"{HEAD}A1,OCOP-{shop[1].id},1,2026-11-01,\nA2,OCOP-{theirs.id},1,2026-11-01,\n", clock)

    assert sent.found["faults"] == [[3, "code", f"OCOP-{theirs.id}"]]
    with pytest.raises(SaleFileError):
        book(shop, sent, clock)
    assert (stock(shop[1]), stock(theirs)[0]) == ((10, 2), theirs.on_hand)


@pytest.mark.parametrize(
    ("content", "platform"),
    [
        (b"", "own"),
        (b"\x00\x01\x02 no table", "own"),
        (b'a,"b\n', "own"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "own"),
        (b"a,b\n1,2\n", "amazon"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_not_kept(app, shop, content, platform):
    producer, _pack, owner = shop
    browser = browser_of(app, owner)
    address = f"/workspace/{producer.id}/channels/imports"
    token = _token(browser.get(address).text)

    answer = browser.post(
        address,
        data={"csrf_token": token, "platform": platform, "file": (io.BytesIO(content), "../../don.csv")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(SaleImport)) == 0


def test_a_file_that_is_too_large_is_refused(shop, clock):
    with pytest.raises(RegisterFileError) as refused:
        look(shop, "x" * 5_000_001, clock)

    assert refused.value.reason == "too_big"


def test_a_file_goes_through_the_pages_and_names_of_buyers_are_not_kept(app, shop):
    producer, pack, owner = shop
    browser = browser_of(app, owner)
    address = f"/workspace/{producer.id}/channels/imports"
    rows = f"don_hang,ma_hang,so_luong,ngay,nguoi_nhan\nA1,OCOP-{pack.id},3,01/11/2026,Nguyễn Bí Mật\n"
    data = {"csrf_token": _token(browser.get(address).text), "platform": "own"}

    sent = browser.post(
        address, data=data | {"file": (io.BytesIO(rows.encode("cp1258", "ignore")), "đơn.csv")}
    )
    page = browser.get(sent.headers["Location"])
    booked = browser.post(f"{sent.headers['Location']}/booking", data={"csrf_token": _token(page.text)})

    assert (sent.status_code, page.status_code, booked.status_code) == (303, 200, 303)
    assert stock(pack) == (7, 2)
    assert "Mật" not in str(db.session.scalars(select(SaleImport.found)).one())


def test_files_and_stalls_of_others_are_not_found(app, shop, clock):
    sent = look(shop, f"{HEAD}A1,OCOP-{shop[1].id},1,2026-11-01,\n", clock)
    stranger = make_producer()
    browser = browser_of(app, make_member(stranger))
    token = _token(browser.get(f"/workspace/{stranger.id}/channels/imports").text)

    assert browser.get(f"/workspace/{stranger.id}/channels/imports/{sent.id}").status_code == 404
    answer = browser.post(
        f"/workspace/{stranger.id}/channels/imports/{sent.id}/booking", data={"csrf_token": token}
    )
    assert answer.status_code == 404
    assert browser.get(f"/workspace/{shop[0].id}/channels/imports").status_code == 404
    assert stock(shop[1]) == (10, 2)


def test_a_stall_lies_on_a_host_of_its_platform():
    good = [
        ("shopee", "https://shopee.vn/htx-dua"),
        ("shopee", "  https://www.Shopee.vn/htx?x=1 "),
        ("tiktok", "https://vt.tiktok.com/ZS1"),
        ("postmart", "https://nongsan.buudien.vn/gian-hang/1"),
    ]
    bad = [
        "http://shopee.vn/x", "https://shopee.vn", "https://shopee.vn/", "https://shopee.vn.evil.vn/x",
        "https://evilshopee.vn/x", "https://shopee.vn@evil.vn/x", "https://evil.vn/shopee.vn", "//shopee.vn/x",
        "https://shopee.vn:8443/x", "https://shopee.vn\\@evil.vn/x", "javascript:alert(1)//https://shopee.vn/x",
        "https://shopee.vn/a b", "https://shopeé.vn/x", "https://shopee.vn/" + "a" * 300, "https:///x", "https://[x/",
    ]  # fmt: skip

    assert [address for platform, address in good if stall_address(platform, address) is None] == []
    assert [address for address in bad if stall_address("shopee", address) is not None] == []
    assert HOSTS.keys() == NAMES.keys()


def test_a_stall_is_shown_on_the_producers_page_and_leads_out_by_way_of_ours(client, shop, clock):
    producer, _pack, owner = shop
    who = actor(owner)
    with transaction():
        stall = add_stall(producer.id, "shopee", "https://shopee.vn/htx-dua", by=who, now=clock.now())
        assert add_stall(producer.id, "shopee", "https://shopee.vn/htx-dua", by=who, now=clock.now()) is stall
    (shown,) = list_stalls(producer.id)

    assert f'rel="nofollow" href="/s/{shown.key}"' in client.get(f"/producers/{producer.slug}").text
    led = client.get(f"/s/{shown.key}", headers={"User-Agent": "Mozilla/5.0 Chrome/120 Mobile"})
    out = client.get(led.headers["Location"])
    assert led.headers["Location"] == f"/stalls/{stall.id}"
    assert 'rel="nofollow noopener external" href="https://shopee.vn/htx-dua"' in out.text
    assert client.get_cookie("ocop_source") is None
    db.session.rollback()
    assert [(each.platform, each.visits) for each in elsewhere_counts(producer.id)] == [("shopee", 1)]

    with transaction():
        end_stall(db.session.get_one(Stall, stall.id), by=who, now=clock.now())
    assert shown.key not in client.get(f"/producers/{producer.slug}").text
    assert client.get(f"/stalls/{stall.id}").status_code == 404


@pytest.mark.parametrize(
    ("platform", "address", "reason"),
    [("amazon", "https://amazon.com/x", "platform"), ("tiki", "https://shopee.vn/x", "address")],
)
def test_a_stall_that_is_none_is_refused_and_not_kept(shop, clock, platform, address, reason):
    who = actor(shop[2])

    with pytest.raises(InvalidStallError) as refused, transaction():
        add_stall(shop[0].id, platform, address, by=who, now=clock.now())

    assert refused.value.reason == reason
    assert db.session.scalar(select(func.count()).select_from(Stall)) == 0


def _token(text):
    return text.partition('name="csrf_token" value="')[2].partition('"')[0]
