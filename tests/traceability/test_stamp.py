"""The page of a code, over HTTP: every verdict in both languages, and what the page promises."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from core import clock as present
from core.assets import asset_url
from core.db import db, transaction
from tests.traceability.conftest import GTIN, OTHER_GTIN
from traceability.models import Lot, StampKind
from traceability.operations.recalls import close_recall, recall_lot
from traceability.operations.stamps import activate_stamps, withdraw_stamp
from traceability.stamp_codes import ALPHABET, check_character, grouped

NEVER_ISSUED = "7K3QX9M2RVBH" + check_character("7K3QX9M2RVBH")
PHONE = "Mozilla/5.0 (Linux; Android 13) Chrome/120 Mobile"


def verdict_in(answer) -> str:
    return re.search(r'data-verdict="(\w+)"', answer.text)[1]


def h1_in(answer) -> str:
    return re.search(r"<h1>(.*?)</h1>", answer.text)[1]


@pytest.fixture
def stamp_with(make_product, make_lot, make_stamp):
    """A code whose page gives a verdict."""

    def recalled() -> str:
        lot = make_lot()
        code = make_stamp(lot)
        with transaction():
            recall_lot(
                db.session.merge(lot),
                reason="Nấm mốc",
                instruction="Không ăn, trả lại nơi mua",
                contact="0912 345 678",
                now=present.now(),
            )
        return code

    def past_date() -> str:
        return make_stamp(make_lot(produced_on=date(2026, 1, 1), expires_on=date(2026, 11, 21)))

    def rank_lapsed() -> str:
        lapsed = {"decided_on": date(2023, 1, 1), "expires_on": date(2026, 1, 1)}
        return make_stamp(make_lot(make_product(certification=lapsed), produced_on=date(2025, 12, 1)))

    def not_activated() -> str:
        return make_stamp(is_active=False)

    def withdrawn() -> str:
        code = make_stamp()
        with transaction():
            withdraw_stamp(code, reason="Mất cuộn tem", now=present.now())
        return code

    def lot_code() -> str:
        return make_stamp(kind=StampKind.LOT)

    def make(verdict: str) -> str:
        if verdict == "unknown":
            return NEVER_ISSUED
        if verdict == "mistyped":
            return NEVER_ISSUED[:-1] + ("0" if NEVER_ISSUED[-1] != "0" else "1")
        return makers[verdict]()

    makers = {
        "valid_first": make_stamp,
        "recalled": recalled,
        "past_date": past_date,
        "rank_lapsed": rank_lapsed,
        "not_activated": not_activated,
        "withdrawn": withdrawn,
        "lot_code": lot_code,
    }
    return make


CASES = {
    "valid_first": (200, "Tem hợp lệ", "Stamp is valid"),
    "recalled": (200, "Lô hàng đang thu hồi", "This lot is being recalled"),
    "past_date": (200, "Đã quá hạn sử dụng ngày 21/11/2026", "Past its best-before date of 21 Nov 2026"),
    "rank_lapsed": (
        200,
        "Tem hợp lệ · công nhận OCOP đã hết hạn",
        "Stamp is valid · OCOP recognition has expired",
    ),
    "not_activated": (200, "Tem chưa được kích hoạt", "Stamp is not activated"),
    "withdrawn": (410, "Mã đã được thu hồi khỏi lưu hành", "This code was withdrawn from use"),
    "lot_code": (200, "Mã lô hợp lệ", "Lot code is valid"),
    "unknown": (404, "Không tìm thấy mã này", "Code not found"),
    "mistyped": (404, "Mã gõ chưa đúng", "The code is mistyped"),
}


@pytest.mark.parametrize("verdict", CASES)
def test_each_verdict_is_told_in_both_languages(client, stamp_with, verdict):
    status, vietnamese, english = CASES[verdict]
    code = stamp_with(verdict)

    answer = client.get(f"/T/{code}", headers={"Purpose": "prefetch"})
    in_english = client.get(f"/en/T/{code}")

    assert (answer.status_code, in_english.status_code) == (status, status)
    assert verdict_in(answer) == verdict
    assert h1_in(answer) == vietnamese
    assert h1_in(in_english) == english
    assert f"<title>{vietnamese}" in answer.text


def test_a_second_look_says_when_the_first_was(client, make_stamp, clock):
    code = make_stamp()
    client.get(f"/T/{code}")
    clock.set(datetime(2026, 11, 25, 1, 30, tzinfo=UTC))

    answer = client.get(f"/T/{code}")

    assert verdict_in(answer) == "valid_again"
    assert h1_in(answer) == "Tem hợp lệ · đã tra cứu trước đó"
    assert "Lần đầu: 10 giờ, 22/11/2026." in answer.text


@pytest.mark.parametrize(
    "typed",
    [grouped, str.lower, lambda code: code.replace("0", "O").replace("1", "l"), lambda code: f"{code}/"],
)
def test_ways_of_typing_a_code_lead_to_the_same_page(client, make_stamp, typed):
    code = make_stamp()

    answer = client.get(f"/T/{typed(code)}")

    assert answer.status_code == 200
    assert verdict_in(answer) == "valid_first"
    assert f"/T/{code}/report" in answer.text


def test_a_page_made_for_another_spelling_is_nobody_elses(client, make_stamps):
    first, second = make_stamps(count=2)
    client.get(f"/T/{first.lower()}?fbclid=secret")

    answer = client.get(f"/T/{second}")

    assert "secret" not in answer.text
    assert first not in answer.text.upper()
    assert answer.text.count(second) >= 3


@pytest.mark.parametrize("position", range(13))
def test_a_flipped_character_is_told_as_a_typing_error(client, make_stamp, position):
    code = make_stamp()
    other = ALPHABET[(ALPHABET.index(code[position]) + 7) % 32]

    answer = client.get(f"/T/{code[:position]}{other}{code[position + 1 :]}")

    assert answer.status_code == 404
    assert verdict_in(answer) == "mistyped"


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "%00%01", "a" * 500, "Xin chào", "..%2f..%2fetc"]
)
def test_whatever_is_typed_is_answered_in_words_and_never_runs(client, typed):
    answer = client.get(f"/T/{typed}")

    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_pages_of_unknown_codes_differ_in_the_code_alone(client, make_product, make_lot, make_stamp):
    code = make_stamp(make_lot(make_product(gtin=GTIN)))
    bodies = ["00000000000A", "7K3QX9M2RVBH", "ZZZZZZZZZZZZ"]
    unknown = [body + check_character(body) for body in bodies]

    pages = [client.get(f"/T/{each}") for each in unknown]
    forged, linked = (client.get(f"/01/{OTHER_GTIN}/10/L2611/21/{each}") for each in (code, unknown[0]))

    texts = [
        page.text.replace(each, "-").replace(grouped(each), "=")
        for page, each in zip(pages, unknown, strict=True)
    ]
    assert len(set(texts)) == 1
    assert {len(page.data) for page in [*pages, linked]} == {len(forged.data)}
    assert len({tuple(page.headers.keys()) for page in pages}) == 1
    assert tuple(linked.headers.keys()) == tuple(forged.headers.keys())


def test_too_many_unknown_codes_are_not_answered_with_a_verdict(client, make_stamp):
    code = make_stamp()
    for number in range(30):
        body = f"{ALPHABET[number]}7K3QX9M2RVB"
        assert client.get(f"/T/{body}{check_character(body)}").status_code == 404

    refused = client.get(f"/T/{NEVER_ISSUED}")

    assert refused.status_code == 429
    assert verdict_in(refused) == "could_not_check"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert h1_in(refused) == "Chưa kiểm tra được"
    assert not re.search("không hợp lệ|giả\\b|không tìm thấy", refused.text, re.IGNORECASE)
    assert client.get(f"/T/{code}").status_code == 200


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_database_that_does_not_answer_is_no_verdict(client, make_stamp, monkeypatch, prefix):
    code = make_stamp()
    monkeypatch.setattr(
        "traceability.queries.scan.find_row", lambda _code: db.session.execute(db.text("SELECT oops"))
    )

    answer = client.get(f"{prefix}/T/{code}")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert verdict_in(answer) == "could_not_check"
    assert "Không tìm thấy" not in answer.text


def test_the_page_sets_no_cookie_loads_no_sheet_and_allows_its_own(client, make_stamp):
    import base64
    import hashlib

    answer = client.get(f"/T/{make_stamp()}")
    sheet = re.search("<style>(.*?)</style>", answer.text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "stylesheet" not in answer.text
    assert "style=" not in answer.text
    assert re.findall("<script[^>]*>", answer.text) == [
        f'<script type="module" src="{asset_url("js/stamp.js")}">'
    ]
    assert '<meta name="robots" content="noindex">' in answer.text


def test_the_page_keeps_its_budget(client, make_stamp):
    answer = client.get(f"/T/{make_stamp()}", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) <= 12_000


def test_a_recall_is_told_before_all_and_hides_the_stars(client, stamp_with):
    answer = client.get(f"/T/{stamp_with('recalled')}")

    band, rest = answer.text.split("</section>", 1)
    assert "Nấm mốc" in band
    assert "Không ăn, trả lại nơi mua" in band
    assert "0912 345 678" in band
    assert 'href="#chung-nhan"' not in rest
    assert 'class="plate' not in answer.text


def test_words_of_a_recall_are_marked_as_vietnamese_and_english_readers_are_told(client, stamp_with):
    code = stamp_with("recalled")
    vietnamese, english = client.get(f"/T/{code}").text, client.get(f"/en/T/{code}").text

    for words in ("Nấm mốc", "Không ăn, trả lại nơi mua"):
        assert f'<span lang="vi">{words}' in vietnamese
        assert re.search(
            rf'<span lang="vi">{words}[^<]*</span> <span class="quiet">\(in Vietnamese\)', english
        )
    assert "(in Vietnamese)" not in vietnamese
    assert "(bằng tiếng Việt)" not in vietnamese


def test_a_closed_recall_stays_on_record_and_the_stamp_is_valid_again(client, make_lot, make_stamp):
    lot = make_lot()
    code = make_stamp(lot)
    with transaction():
        recall_lot(
            db.session.merge(lot), reason="Nấm mốc", instruction="Trả lại", contact="0912", now=present.now()
        )
    assert verdict_in(client.get(f"/T/{code}")) == "recalled"

    with transaction():
        close_recall(db.session.merge(lot), now=present.now())
    answer = client.get(f"/T/{code}")

    assert verdict_in(answer) == "valid_again"
    assert "Nấm mốc" in answer.text


def test_a_stamp_becomes_valid_when_it_is_activated(client, make_lot, make_stamps):
    from traceability.queries.runs import get_stamp

    (code,) = make_stamps(is_active=False)
    assert verdict_in(client.get(f"/T/{code}")) == "not_activated"

    with transaction():
        activate_stamps(get_stamp(code).run, now=present.now())

    assert verdict_in(client.get(f"/T/{code}")) == "valid_again"


def test_the_verdict_changes_at_midnight_in_vietnam_without_a_job(client, make_lot, make_stamp, clock):
    code = make_stamp(make_lot(expires_on=date(2026, 11, 22)))
    clock.set(datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC))
    assert verdict_in(client.get(f"/T/{code}")) == "valid_first"

    clock.set(datetime(2026, 11, 22, 17, 0, 0, tzinfo=UTC))

    assert verdict_in(client.get(f"/T/{code}")) == "past_date"


def test_the_star_goes_at_midnight_in_vietnam(client, make_product, make_lot, make_stamp, clock):
    ends_today = {"decided_on": date(2023, 11, 22), "expires_on": date(2026, 11, 22)}
    code = make_stamp(make_lot(make_product(certification=ends_today)))
    clock.set(datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC))
    assert "OCOP 4 sao</a>" in client.get(f"/T/{code}").text

    clock.set(datetime(2026, 11, 22, 17, 0, 0, tzinfo=UTC))
    answer = client.get(f"/T/{code}")

    assert verdict_in(answer) == "rank_lapsed"
    assert 'class="plate' not in answer.text


def test_what_is_not_known_is_said(client, make_product, make_lot, make_stamp):
    code = make_stamp(make_lot(make_product(certification=None), produced_on=None, expires_on=None))

    text = client.get(f"/T/{code}").text

    assert "không ghi hạn sử dụng" in text
    assert "chưa ghi nhận bước nào" in text
    assert "chưa ghi nhận công nhận nào" in text
    assert "bản sao giống hệt cũng dẫn đến trang này" in text


def test_a_demonstration_is_marked_on_every_stamp_of_it(client, make_stamp):
    assert "Dữ liệu trình diễn" in client.get(f"/T/{make_stamp()}").text


def test_an_unlisted_product_keeps_its_stamps(client, make_product, make_lot, make_stamp):
    code = make_stamp(make_lot(make_product(is_listed=False)))

    answer = client.get(f"/T/{code}")

    assert answer.status_code == 200
    assert "/products/" not in answer.text


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"Sec-Purpose": "prefetch"}),
        ("GET", {"User-Agent": "facebookexternalhit/1.1"}),
        ("GET", {"User-Agent": "TelegramBot (like TwitterBot)"}),
    ],
)
def test_who_does_not_look_leaves_no_trace(client, make_stamp, method, headers):
    code = make_stamp()
    client.open(f"/T/{code}", method=method, headers={"User-Agent": PHONE} | headers)

    assert verdict_in(client.get(f"/T/{code}")) == "valid_first"


def test_lots_of_one_code_are_told_apart_by_their_product(client, make_product, make_lot, make_stamp):
    ours, other = make_product(name="Chè"), make_product(name="Cà phê")
    code = make_stamp(make_lot(ours))
    make_stamp(make_lot(other))

    assert "Chè" in client.get(f"/T/{code}").text
    assert db.session.query(Lot).count() == 2


def test_a_stamp_issued_before_the_record_began_says_nothing_of_first_looks(client, make_stamp, clock):
    code = make_stamp()
    clock.move(timedelta(days=450))

    answer = client.get(f"/T/{code}")

    assert "Lần tra cứu đầu tiên" not in answer.text
    assert "ghi nhận có thể còn thiếu" in answer.text
