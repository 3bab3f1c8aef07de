"""Files for other shelves: each is read again by other means and passes; what is broken by hand does not."""

import csv
import io
import json
import zipfile
from datetime import date, datetime, time, timedelta
from xml.etree import ElementTree as ET

import pytest
from python_calamine import CalamineWorkbook
from rdflib import Graph, Namespace, URIRef
from sqlalchemy import select

from catalog.models import Variant
from catalog.models.listings import SaleStop
from core import clock as present
from core.db import db, transaction
from promotion.channel_rules import ChannelKey, Reason
from promotion.column_maps import get_map
from promotion.feeds.reading import check_file, read_rows
from promotion.feeds.rows import FACEBOOK_FIELDS, GOOGLE_FIELDS
from promotion.feeds.writers import FEEDS
from tests import factories
from tests.promotion.feed_goods import (
    GTIN,
    checked,
    make_goods,
    on_sale,
    own,
    sheet,
    text,
    verdict,
)
from tests.support.hostile_texts import HOSTILE_TEXTS
from tests.support.statements import counted
from traceability.models import CloneDecision, CloneDoubt, Stamp
from traceability.operations.lots import open_lot
from traceability.operations.stamps import issue_stamps

pytestmark = pytest.mark.usefixtures("db_session")

SCHEMA = Namespace("https://schema.org/")
G = "{http://base.google.com/ns/1.0}"
SHEETS = ("shopee", "lazada", "tiki", "tiktok", "postmart")


@pytest.fixture
def make_stamp_copied():
    """A person confirms that a code of a product was copied."""

    def make(product):
        with transaction():
            lot = open_lot(
                product,
                code="L1",
                quantity=10,
                produced_on=present.today(),
                expires_on=present.today() + timedelta(days=90),
                now=present.now(),
            )
            run = issue_stamps(lot, 1, now=present.now())
            stamp = db.session.scalars(select(Stamp).where(Stamp.run_id == run.id)).one()
            facts = {"grade": 2, "opened_at": present.now(), "assessed_at": present.now()}
            doubt = CloneDoubt(stamp_id=stamp.id, reasons="elsewhere", **facts)
            db.session.add(doubt)
            db.session.flush()
            for outcome in ("cleared", "confirmed_copy"):
                decision = CloneDecision(
                    doubt_id=doubt.id, outcome=outcome, grade=2, reason="Đã xem", decided_at=present.now()
                )
                db.session.add(decision)
                db.session.flush()

    return make


def verdicts_of(name):
    return [verdict(FEEDS[name].channel, each) for each in on_sale()]


def reasons():
    return {each.name: verdict("google", each).reason for each in on_sale()}


def test_the_xml_for_google_is_rss_with_exactly_these_facts(tmp_path):
    product = make_goods(slug="keo-dua", pictures=3, variants=[{"gtin": GTIN}])

    content = text(
        "google.xml", verdicts_of("google.xml"), datetime(2026, 11, 22, 3, tzinfo=present.now().tzinfo)
    )

    root = ET.fromstring(content)  # noqa: S314 - our own file
    item = {part.tag.removeprefix(G): part.text for part in root.find("channel").find("item")}
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    assert root.findtext("channel/lastBuildDate") == "Sun, 22 Nov 2026 03:00:00 +0000"
    assert item.pop("description").startswith(
        "Đạt OCOP 4 sao theo quyết định 123/QĐ-UBND ngày 01/06/2025. Kẹo dừa nấu"
    )
    assert item == {
        "id": f"OCOP-{product.variants[0].id}",
        "title": "Kẹo dừa, 500 g – OCOP 4 sao",
        "link": "https://cho.example/products/keo-dua",
        "image_link": item["image_link"],
        "additional_image_link": item["additional_image_link"],
        "availability": "in_stock",
        "price": "125000 VND",
        "condition": "new",
        "brand": "HTX Dừa",
        "gtin": "8935001234562",
        "identifier_exists": "yes",
        "google_product_category": "422",
        "product_type": "Thực phẩm > Chế biến từ rau, củ, quả, hạt",
        "unit_pricing_measure": "500 g",
        "unit_pricing_base_measure": "1 kg",
        "custom_label_0": "OCOP 4 sao",
        "custom_label_1": "Vĩnh Long",
    }
    assert item["image_link"].endswith("/1600.jpeg")
    assert len(root.findall(f".//{G}additional_image_link")) == 2
    assert checked(tmp_path, "google.xml", content).breach_count == 0


def test_the_tables_are_read_again_with_the_same_facts_in_every_file(tmp_path):
    make_goods(
        pictures=2, variants=[{"gtin": GTIN, "on_hand": 0}, {"label": "Hộp 1 kg", "price_vnd": 240_000}]
    )

    read = {}
    for name in FEEDS:
        path = tmp_path / name
        path.write_text(text(name, verdicts_of(name)), "utf-8")
        read[name] = list(read_rows(path, name))
        assert (check_file(path, name, present.today()).breach_count, len(read[name])) == (0, 2)

    for line, fields in (("google.tsv", GOOGLE_FIELDS), ("facebook.csv", FACEBOOK_FIELDS)):
        dialect = csv.Sniffer().sniff((tmp_path / line).read_text("utf-8"), delimiters=",\t")
        rows = list(
            csv.DictReader(io.StringIO((tmp_path / line).read_text("utf-8"), newline=""), dialect=dialect)
        )
        assert tuple(rows[0]) == fields
        assert [row["price"] for row in rows] == ["125000 VND", "240000 VND"]
    assert read["google.xml"] == read["google.tsv"]
    assert [row["availability"] for row in read["facebook.csv"]] == ["out of stock", "in stock"]
    assert [row["offers.availability"] for row in read["schema.jsonl"]] == [
        str(SCHEMA.OutOfStock),
        str(SCHEMA.InStock),
    ]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # inside rdflib
def test_json_ld_is_understood_by_a_parser_of_linked_data():
    make_goods(slug="keo-dua", variants=[{"gtin": GTIN}])
    head, line = text("schema.jsonl", verdicts_of("schema.jsonl")).splitlines()

    # The vocabulary alone, so that no test fetches schema.org's context from the network.
    document = json.loads(line) | {"@context": {"@vocab": str(SCHEMA)}}
    graph = Graph().parse(data=json.dumps(document), format="json-ld")

    [product] = graph.subjects(predicate=SCHEMA.offers)
    [offer] = graph.objects(product, SCHEMA.offers)
    [certification] = graph.objects(product, SCHEMA.hasCertification)
    [rating] = graph.objects(certification, SCHEMA.certificationRating)
    assert isinstance(product, URIRef)
    assert str(product).startswith("https://cho.example/products/keo-dua#OCOP-")
    assert int(next(graph.objects(offer, SCHEMA.price))) == 125_000
    assert int(next(graph.objects(rating, SCHEMA.ratingValue))) == 4
    assert str(next(graph.objects(certification, SCHEMA.expires))) == "2028-06-01"
    assert json.loads(head)["@type"] == "DataFeed"
    assert json.loads(head)["dateModified"] == "2026-11-22T03:00:00+00:00"


def test_a_file_that_is_broken_by_hand_is_found_by_its_own_reader(tmp_path):
    make_goods()
    good = {name: text(name, verdicts_of(name)) for name in FEEDS}
    table = good["facebook.csv"].splitlines(keepends=True)
    lines = good["schema.jsonl"].splitlines(keepends=True)
    broken = (
        ("google.xml", good["google.xml"].replace("</rss>", ""), "form"),
        ("google.xml", good["google.xml"].replace("Kẹo dừa", "Kẹo & dừa", 1), "form"),
        ("google.xml", good["google.xml"].replace('version="2.0"', 'version="0.9"'), "form"),
        ("google.xml", good["google.xml"].replace("125000 VND", "125.000 ₫"), "price"),
        (
            "google.xml",
            good["google.xml"].replace("</item>", "</item>" + item_of(good["google.xml"]), 1),
            "unique",
        ),
        ("google.tsv", good["google.tsv"].replace("id\t", "mã\t", 1), "head"),
        ("google.tsv", good["google.tsv"].replace("in_stock", "còn hàng"), "one_of"),
        ("facebook.csv", "".join(table) + "x,y\r\n", "cells"),
        ("facebook.csv", "".join(table) + table[-1], "unique"),
        ("facebook.csv", "".join(table) + '"không đóng', "form"),
        ("schema.jsonl", "".join(lines[1:]), "head"),
        ("schema.jsonl", "".join(lines)[:-5], "form"),
        ("schema.jsonl", "".join(lines) + "[]\n", "form"),
        ("schema.jsonl", "".join(lines).replace("InStock", "Còn hàng"), "one_of"),
    )

    missed = [
        (name, fault)
        for name, content, fault in broken
        if fault not in {each.check for _, each in checked(tmp_path, name, content).breaches}
    ]

    assert missed == []
    assert [checked(tmp_path, name, content).breach_count for name, content in good.items()] == [0, 0, 0, 0]


def item_of(xml):
    return xml[xml.index("<item>") : xml.index("</item>") + len("</item>")]


def test_sheets_for_platforms_are_read_by_another_library_with_numbers_that_count(tmp_path):
    make_goods(name="=SUM(1)+kẹo dừa", variants=[{"gtin": GTIN}, {"label": "+Hộp 1 kg"}])

    for name in SHEETS:
        path = sheet(tmp_path, name, [verdict(name, each) for each in on_sale()])
        columns = get_map(name)
        book = CalamineWorkbook.from_path(str(path))
        rows = book.get_sheet_by_index(0).to_python()
        heads = [column.head for column in columns.columns]
        places = {column.value: place for place, column in enumerate(columns.columns) if column.value}
        goods = [row for row in rows[len(columns.heads) :] if any(row)]
        assert (book.sheet_names, rows[0][: len(heads)]) == ([columns.sheet], heads)
        assert [row[places["price"]] for row in goods] == [125_000.0, 125_000.0]
        assert [row[places["name"]][:15] for row in goods] == ["SUM(1)+kẹo dừa,", "SUM(1)+kẹo dừa,"]
        assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
        check = check_file(path, f"{name}.xlsx", present.today())
        assert (check.row_count, check.breach_count) == (2, 0)


def test_a_sheet_with_other_heads_or_of_no_form_is_found(tmp_path):
    make_goods()
    path = sheet(tmp_path, "lazada", [verdict("lazada", each) for each in on_sale()])
    path.rename(tmp_path / "tiki.xlsx")
    (tmp_path / "shopee.xlsx").write_bytes(b"PK\x03\x04 no workbook")

    faults = [
        [each.check for _, each in check_file(tmp_path / name, name, present.today()).breaches]
        for name in ("tiki.xlsx", "shopee.xlsx")
    ]

    assert faults == [["head"], ["form"]]


def test_hostile_texts_break_no_file_and_none_of_them_is_a_formula(tmp_path):
    texts = [
        *HOSTILE_TEXTS[::12],
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "-1+1",
        "a\x01b\x0b\ufffec",
        "]]>",
        "\t=1",
    ]
    for words in texts:
        make_goods(summary=words, ingredients=words, variants=[{"label": f"{words[:60]} gói"}])

    for name in FEEDS:
        offered = verdicts_of(name)
        check = checked(tmp_path, name, text(name, offered))
        assert check.breach_count == 0
        assert check.row_count == sum(len(each.offered) for each in offered) >= 10
    cells = [
        cell
        for row in csv.reader(io.StringIO(text("facebook.csv", verdicts_of("facebook.csv"))))
        for cell in row
    ]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_the_star_goes_at_midnight_from_every_file(clock):
    product = make_goods(certification={"expires_on": date(2026, 11, 22)}, summary="Kẹo nấu tay của bà con.")
    texts = []
    for on, at in ((date(2026, 11, 22), time(23, 59, 59)), (date(2026, 11, 23), time(0, 0, 0))):
        clock.set_vietnam(on, at)
        db.session.expire_all()
        feeds = [text(name, verdicts_of(name)) for name in FEEDS]
        rows = [verdict(key, own(product.producer_id)[0]).rows[0].row for key in ChannelKey]
        texts.append("".join([*feeds, *map(str, rows)]))

    before, after = texts
    assert before.count("OCOP 4 sao") >= 16
    assert "ratingValue" in before
    assert "OCOP 4 sao" not in after
    assert "ratingValue" not in after
    assert "Đạt OCOP" not in after
    assert "Kẹo nấu tay" in after


def test_what_may_not_be_sold_or_advertised_is_left_out_and_the_reason_told(make_stamp_copied):
    make_goods(name="Kẹo bình thường")
    make_goods(name="Du lịch vườn", group_no=6)
    make_goods(name="Rượu nếp", group_no=2, criteria_set=14)
    make_goods(name="Kẹo giả sao", summary="Đạt OCOP 5 sao.")
    make_goods(name="Kẹo mẫu", is_demonstration=True)
    make_goods(name="Kẹo chưa giá", variants=[{"price_vnd": None}])
    make_goods(name="Kẹo không gói", variants=[])
    make_goods(name="Kẹo không ảnh", pictures=0)
    recalled, copied = make_goods(name="Kẹo thu hồi"), make_goods(name="Kẹo bị sao chép mã")
    make_goods(name="Kẹo chưa đăng", is_listed=False, is_for_sale=False)
    factories.saved(SaleStop(product_id=recalled.id, subject="recall:1", stopped_at=present.now()))
    make_stamp_copied(copied)

    assert reasons() == {
        "Kẹo bình thường": Reason.OFFERED,
        "Du lịch vườn": Reason.SERVICE,
        "Rượu nếp": Reason.REGULATED,
        "Kẹo giả sao": Reason.STAR_CLAIM,
        "Kẹo mẫu": Reason.DEMONSTRATION,
        "Kẹo chưa giá": Reason.NO_PACK,
        "Kẹo không gói": Reason.NO_PACK,
        "Kẹo không ảnh": Reason.BREACH,
        "Kẹo thu hồi": Reason.RECALLED,
        "Kẹo bị sao chép mã": Reason.COPIED,
    }


def test_goods_whose_code_was_copied_come_back_after_90_days(clock, make_stamp_copied):
    make_stamp_copied(make_goods(name="Kẹo"))

    told = [reasons()["Kẹo"]]
    for days in (89, 2):
        clock.move(timedelta(days=days))
        told.append(reasons()["Kẹo"])

    assert told == [Reason.COPIED, Reason.COPIED, Reason.OFFERED]


def test_a_withdrawn_pack_is_in_no_file(tmp_path):
    product = make_goods(variants=[{}, {"label": "Hộp 1 kg"}])
    with transaction():
        db.session.get_one(Variant, product.variants[1].id).withdrawn_at = present.now()

    content = text("google.tsv", verdicts_of("google.tsv"))

    assert "Hộp 1 kg" not in content
    assert checked(tmp_path, "google.tsv", content).row_count == 1


def test_a_long_name_is_cut_at_a_word_and_keeps_its_star():
    make_goods(name="Kẹo dừa " * 24)

    [row] = verdict("google").rows

    assert len(row.row["title"]) <= 150
    assert row.row["title"].endswith("…, 500 g – OCOP 4 sao")


def test_goods_of_a_block_are_read_in_the_same_number_of_statements_however_many():
    for _ in range(3):
        make_goods()
    with counted() as few:
        assert len(on_sale()) == 3
    for _ in range(4):
        make_goods()
    with counted() as many:
        assert len(on_sale()) == 7

    assert len(few) == len(many) <= 12
