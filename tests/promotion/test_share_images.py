"""Pictures for sharing: our plate only while a recognition is in force, whole marks, a code that reads, little work."""

import io
from datetime import date, timedelta

import pytest
import zxingcpp
from PIL import Image, ImageChops
from sqlalchemy import func, select

from core import clock as present
from core.config import ROOT
from core.db import db
from promotion.models.campaigns import ShareImage
from promotion.models.reach import ShortLink
from promotion.queries.share_subjects import ShareSubject, SubjectKind, find_share_subject
from promotion.share_images import drawing
from promotion.share_images.captions import caption_of, version_of
from promotion.share_images.drawing import BYTES_MAX, GOLD, SHAPES, draw
from promotion.share_images.letters import BOLD, LEADING, REGULAR, drawable, font_of, set_lines
from promotion.share_images.texts import share_texts
from promotion.views import share_image
from promotion.views.share_refs import share_ref
from tests.factories import make_producer, make_product, saved
from tests.people import browser_of, make_member

TODAY = date(2026, 11, 22)
MARKS = "ẪẰỄỖỮỴẶ"
LINK = "HTTPS://MARKET.TEST/S/AB12CD34"
LONG = "Trà túi lọc thảo mộc Đông trùng hạ thảo sấy thăng hoa dành cho người cao tuổi vùng núi phía Bắc " * 3


def subject(**facts):
    values = {"kind": SubjectKind.PRODUCT, "id": 1, "slug": "keo-dua", "name": "Kẹo dừa", "stars": 4,
              "state": "in_force", "maker": "HTX Dừa", "place": "Phường An Hội, Vĩnh Long"}  # fmt: skip
    return ShareSubject(**(values | facts))


def opened(content):
    return Image.open(io.BytesIO(content)).convert("RGB")


def has_gold(picture, box):
    """Whether the gold of the plate is in that part of a picture; JPEG blurs a little."""
    wanted = tuple(int(GOLD[at : at + 2], 16) for at in (1, 3, 5))
    pixels = picture.crop(box).get_flattened_data()
    return any(all(abs(a - b) < 14 for a, b in zip(each, wanted, strict=True)) for each in pixels)


def path_of(product, shape="wide"):
    ref = share_ref("product", product.slug)
    return (ref.wide_url if shape == "wide" else ref.square_url).partition("/share/")[2]


@pytest.mark.parametrize("shape", list(SHAPES))
@pytest.mark.parametrize("name", ["Kẹo dừa", LONG, "W" * 500, "\u202egnihtyna \x07 🎁", ""])
def test_pictures_have_their_size_and_a_code_that_reads(shape, name):
    caption = caption_of(
        subject(name=name, maker=LONG, place="Xã Phong Nha - Kẻ Bàng, Quảng Trị"), "market.test"
    )

    content = draw(caption, shape, None, "tea", LINK)

    frame = SHAPES[shape]
    picture = opened(content)
    assert picture.size == {"wide": (1200, 630), "square": (1080, 1080)}[shape] == (frame.width, frame.height)
    assert len(content) <= BYTES_MAX
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [LINK]
    halved = picture.resize((frame.width // 2, frame.height // 2))
    assert [found.text for found in zxingcpp.read_barcodes(halved)] == [LINK]


def test_a_photograph_of_noise_stays_within_the_bytes_and_a_broken_one_gives_way():
    noise = Image.effect_noise((960, 960), 120).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=95)
    caption = caption_of(subject(), "market.test")

    for photograph in (buffer.getvalue(), b"no picture", buffer.getvalue()[:900], None):
        content = draw(caption, "square", photograph, "no-such-drawing", LINK)
        assert len(content) <= BYTES_MAX
        assert opened(content).size == (1080, 1080)


@pytest.mark.parametrize("name", [REGULAR, BOLD])
@pytest.mark.parametrize("pixels", [25, 29, 36, 58, 66])
def test_no_mark_of_a_vietnamese_capital_is_cut_by_the_line_above_or_below(name, pixels):
    font = font_of(name, pixels)
    leading = round(pixels * LEADING)
    top, bottom = font.getbbox(MARKS)[1], font.getbbox("ợỵặ")[3]

    assert drawable(MARKS, name) == MARKS
    assert top >= 0  # nothing of them stands above the place at which a line is written
    assert bottom <= leading + top + 1


@pytest.mark.parametrize("shape", list(SHAPES))
def test_marks_of_a_name_on_the_picture_are_those_of_the_letters_alone(shape, monkeypatch):
    """«ẪẰỄỖỮỴẶ» differs from «AAEOUYA» where the marks are, in every size in which a name is set."""
    bare = drawn_title("AAEOUYA", shape)
    marked = drawn_title(MARKS, shape)

    above = ImageChops.difference(bare, marked).getbbox()
    whole = ImageChops.difference(drawn_title(" ", shape), marked).getbbox()
    letters = ImageChops.difference(drawn_title(" ", shape), bare).getbbox()
    frame = SHAPES[shape]
    font = font_of(BOLD, frame.title_sizes[0])
    expected = font.getbbox(MARKS)[3] - font.getbbox(MARKS)[1]
    assert above is not None
    assert whole[1] < letters[1]
    assert whole[3] > letters[3]
    assert abs((whole[3] - whole[1]) - expected) <= 4


def drawn_title(name, shape):
    caption = caption_of(subject(name=name, stars=None, state=None, maker=None, place=None), "")
    picture = (
        opened(draw(caption, shape, None, "tea", LINK)).convert("L").point(lambda v: 255 if v > 110 else 0)
    )
    left, top, right, _bottom = SHAPES[shape].text
    return picture.crop((left, top + 50, right, top + 180))


def test_stars_are_on_the_picture_only_in_the_five_states():
    frame = SHAPES["wide"]
    box = (frame.text[0], 60, 900, 160)
    for state, is_shown in (("in_force", True), ("extended", True), ("expired", False), ("revoked", False),
                            ("incomplete", False), (None, False)):  # fmt: skip
        caption = caption_of(subject(stars=4, state=state), "market.test")
        assert has_gold(opened(draw(caption, "wide", None, "tea", LINK)), box) == is_shown, state
        assert bool(caption.badge) == is_shown
    assert caption_of(subject(state="extended"), "x").badge_note


def test_the_version_differs_with_all_that_can_be_seen():
    versions = {
        version_of(each, "market.test")
        for each in (
            subject(),
            subject(stars=5),
            subject(state="extended"),
            subject(stars=None, state="expired"),
            subject(name="Kẹo dừa lá dứa"),
            subject(place="Phường Sa Đéc, Đồng Tháp"),
            subject(picture_key="a" * 20),
        )
    }

    assert len(versions) == 7
    assert version_of(subject(), "market.test") == version_of(subject(), "market.test")


def test_lines_are_cut_with_an_ellipsis_and_never_wider_than_their_room():
    lines = set_lines(LONG + "W" * 300, REGULAR, 29, 400, 3)

    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(font_of(REGULAR, 29).getlength(line) <= 400 for line in lines)
    assert drawable("مرحبا 漢字 🎁 dừa\u0301\u0301") == "dừa" or "dừ" in drawable("مرحبا 漢字 🎁 dừa")


def test_every_drawing_of_the_shop_has_one_for_pictures():
    names = {path.stem for path in (ROOT / "static/img/goods").glob("*.svg")} | {"stall"}

    assert {path.stem for path in (ROOT / "static/img/share").glob("*.webp")} == names


def test_texts_hold_no_star_without_a_recognition_in_force_and_never_a_price():
    with_star = share_texts(subject(), TODAY, LINK)
    without = share_texts(subject(stars=None, state="expired"), TODAY, LINK)

    for text in (with_star.facebook, with_star.zalo, with_star.tiktok):
        assert "4" in text
        assert LINK in text
        assert "₫" not in text
    for text in (without.facebook, without.zalo, without.tiktok):
        assert "OCOP 4" not in text
        assert "sao" not in text
        assert LINK in text


def test_the_page_names_its_picture_and_the_picture_is_drawn_once(client, db_session, monkeypatch):
    product = make_product(slug="keo-dua", certification={"stars": 4, "expires_on": TODAY})
    drawn = []
    monkeypatch.setattr(share_image, "draw", lambda *given: drawn.append(given) or draw(*given))

    page = client.get("/products/keo-dua").text
    place = path_of(product)
    answers = [client.get(f"/share/{place}") for _ in range(3)]

    assert f"/share/{place}" in page
    assert 'og:image:width" content="1200"' in page
    assert {(each.status_code, each.content_type) for each in answers} == {(200, "image/jpeg")}
    assert (len(drawn), len({each.data for each in answers})) == (1, 1)
    assert (
        answers[0].headers["Cache-Control"] == "public, no-cache"
    )  # a recognition may be revoked at any minute
    known = client.get(f"/share/{place}", headers={"If-None-Match": answers[0].headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    link = db.session.scalars(select(ShortLink)).one()
    assert (link.target, link.product_id) == ("/products/keo-dua", product.id)
    code = zxingcpp.read_barcodes(opened(answers[0].data))[0].text
    assert code.endswith(f"/S/{link.key}")


def test_a_name_that_claims_stars_which_are_over_has_no_picture_and_the_kit_says_why(app, client, db_session):
    product = make_product(slug="tra", name="Trà Shan OCOP 5 sao", certification=None)

    assert client.get("/share/product/tra/x-wide.jpg").status_code == 404
    kit = browser_of(app, make_member(product.producer)).get(f"/workspace/{product.producer_id}/promote").text
    assert "không chia sẻ được: tên nói đến" in kit
    assert "luật không cho" not in kit


def test_a_maker_whose_name_claims_stars_has_no_picture_and_stands_on_none(client, db_session):
    maker = make_producer(name="HTX mật ong OCOP 5 sao", slug="htx-mat-ong")
    for slug, stars in (("bon", 4), ("nam", 5)):
        make_product(slug=slug, producer=maker, certification={"stars": stars})

    told = {slug: find_share_subject("product", slug, TODAY).maker for slug in ("bon", "nam")}

    assert told == {"bon": None, "nam": maker.name}
    assert find_share_subject("producer", "htx-mat-ong", TODAY) is None
    page = client.get("/producers/htx-mat-ong")
    assert (page.status_code, "/share/" in page.text) == (200, False)
    assert client.get("/share/producer/htx-mat-ong/x-wide.jpg").status_code == 404
    assert db.session.scalar(select(func.count(ShareImage.id))) == 0


def test_when_the_recognition_ends_the_address_changes_and_the_old_one_leads_to_the_new(
    client, db_session, clock
):
    product = make_product(slug="keo-dua", certification={"stars": 4, "expires_on": TODAY})
    before = path_of(product)
    assert client.get(f"/share/{before}").status_code == 200

    clock.set(present.now() + timedelta(days=1))
    after = path_of(product)
    led = client.get(f"/share/{before}")
    fresh = client.get(led.headers["Location"])

    assert before != after
    assert (led.status_code, led.headers["Cache-Control"]) == (302, "no-cache")
    assert led.headers["Location"].endswith(after)
    assert not has_gold(opened(fresh.data), (540, 60, 900, 160))
    assert f"/share/{after}" in client.get("/products/keo-dua").text
    assert db.session.scalar(select(func.count(ShareImage.id))) == 1


@pytest.mark.parametrize(
    "path",
    [
        "product/nowhere/0000000000000000-wide.jpg",
        "product/keo-dua/0000000000000000-huge.jpg",
        "thing/keo-dua/0000000000000000-wide.jpg",
        "campaign/keo-dua/x-wide.jpg",
        "collection/keo-dua/x-wide.jpg",
        "fair/keo-dua/x-wide.jpg",
        "producer/nobody/x-wide.jpg",
    ],
)
def test_what_is_no_subject_has_no_picture_and_nothing_is_drawn(client, db_session, path):
    make_product(slug="keo-dua")

    assert client.get(f"/share/{path}").status_code == 404
    assert db.session.scalar(select(func.count(ShareImage.id))) == 0


def test_a_network_has_so_many_drawings_an_hour(client, db_session, monkeypatch):
    monkeypatch.setattr(share_image, "DRAWINGS", "2/hour")
    products = [make_product() for _ in range(3)]
    paths = [path_of(product) for product in products]

    codes = [client.get(f"/share/{path}").status_code for path in [*paths, paths[0]]]

    assert codes == [200, 200, 429, 200]


def test_spirits_and_goods_under_recall_have_no_picture(client, db_session):
    from catalog.models.listings import ProductLabel

    spirit = make_product(slug="ruou", criteria_set=14)
    saved(ProductLabel(product_id=spirit.id, alcohol="40% vol"))

    assert "/share/" not in client.get("/products/ruou").text
    assert client.get("/share/product/ruou/x-wide.jpg").status_code == 404


def test_the_kit_offers_pictures_texts_and_codes_to_the_team_only(app, db_session):
    product, rival = make_product(slug="keo-dua", name="Kẹo dừa"), make_product()
    member = browser_of(app, make_member(product.producer, "packer"))
    base = f"/workspace/{product.producer_id}/promote"

    kit = member.get(f"{base}/{product.id}")

    assert kit.status_code == 200
    assert kit.text.count("-wide.jpg") >= 2
    assert "/en/share/product/keo-dua/" in kit.text
    png = member.get(f"{base}/{product.id}/qr.png")
    assert zxingcpp.read_barcodes(Image.open(io.BytesIO(png.data)).convert("L"))[0].text in kit.text
    assert member.get(f"{base}/{product.id}/qr.svg").content_type.startswith("image/svg+xml")
    for path in (
        f"{base}/{product.id}/qr.exe",
        f"{base}/{rival.id}",
        f"/workspace/{rival.producer_id}/promote",
    ):
        assert member.get(path).status_code == 404, path


def test_drawing_module_is_the_one_that_views_use():
    assert share_image.draw is drawing.draw
