"""What the counter reckons on the telephone is what the program reckons: VietQR, freight, goods left, scans."""

import io
import json
import random
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page

from bench.market import Market
from orders.vietqr import crc16, transfer_payload
from tests.e2e.visitors import visitor

CASES = 400
MODULE = "/static/js/booth/{}.js"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.fixture(scope="module")
def page(browser: Browser, market: Market) -> Any:
    with visitor(browser, market.base_url) as person:
        person.open("/booth")
        yield person.page
        assert person.complaints == []


def ask(page: Page, module: str, call: str, argument: object) -> Any:
    """What `call` of a module answers; in it the module is `it`, the argument `x`."""
    script = f"async (x) => {{ const it = await import('{MODULE.format(module)}'); return {call}; }}"
    return page.evaluate(script, argument)


def test_a_vietqr_of_the_telephone_is_that_of_the_program(page: Page) -> None:
    dice = random.Random(53)

    def word(most: int) -> str:
        return "".join(dice.choices(ALPHABET, k=dice.randint(1, most)))

    def amount() -> int | None:
        return dice.choice([None, dice.randint(1, 10 ** dice.randint(1, 13) - 1)])

    cases = [(f"{dice.randrange(10**6):06d}", word(19), amount(), word(25)) for _ in range(CASES)]
    cases += [("970436", "0", 1, "A"), ("970436", "1" * 19, 10**13 - 1, "Z" * 25), ("970436", "1", None, "")]

    made = ask(
        page, "vietqr",
        "x.map(([bin, number, amount, memo]) => it.transferPayload({ bank_bin: bin, number }, amount, memo))",
        cases,
    )  # fmt: skip

    wrong = [case for case, text in zip(cases, made, strict=True) if text != transfer_payload(*case)]
    assert wrong == []
    assert ask(page, "vietqr", "it.crc16(x)", "123456789") == 0x29B1 == crc16(b"123456789")


def test_what_does_not_fit_into_a_vietqr_is_refused(page: Page) -> None:
    cases = [
        ("97043", "1", 1, "A"),
        ("970436", "", 1, "A"),
        ("970436", "1" * 20, 1, "A"),
        ("970436", "1", 0, "A"),
        ("970436", "1", 10**13, "A"),
        ("970436", "1", 1.5, "A"),
        ("970436", "1", 1, "A" * 26),
        ("970436", "1", 1, "Trà"),
    ]
    call = """x.map(([bank_bin, number, amount, memo]) => {
      try { return it.transferPayload({ bank_bin, number }, amount, memo); } catch (error) { return error.name; }
    })"""

    assert ask(page, "vietqr", call, cases) == ["RangeError"] * len(cases)


def test_the_drawn_qr_is_read_as_what_it_says(page: Page) -> None:
    text = transfer_payload("970436", "0123456789", 312_000, "OCK7M2Q9XTR")
    page.evaluate(
        """async (text) => {
          const { drawQr } = await import("/static/js/booth/qr.js");
          const svg = document.querySelector("[data-vietqr]");
          drawQr(svg, text);
          document.querySelectorAll("[data-screen]").forEach((each) => (each.hidden = each !== svg.parentElement));
        }""",
        text,
    )

    picture = Image.open(io.BytesIO(page.locator("[data-vietqr]").screenshot()))

    assert [each.text for each in zxingcpp.read_barcodes(picture)] == [text]


def test_sums_that_people_hand_over(page: Page) -> None:
    sums = ask(page, "money", "x.map(it.likelySums)", [312_000, 50_000, 45_000, 1_230_000])

    assert sums == [
        [312_000, 350_000, 400_000, 500_000],
        [50_000, 100_000, 200_000, 500_000],
        [45_000, 50_000, 100_000, 200_000],
        [1_230_000, 1_250_000, 1_300_000, 1_400_000],
    ]
    assert ask(page, "money", "x.map(it.written)", [0, 1_250_000, -5_000]) == [
        "0\u00a0₫",
        "1.250.000\u00a0₫",
        "\u22125.000\u00a0₫",
    ]


def test_freight_is_of_the_lightest_bracket_that_takes_the_parcel(page: Page) -> None:
    rows = [("01", 5_000, 32_000), ("01", 2_000, 22_000), ("79", 2_000, 40_000)]
    table = [{"province_code": code, "up_to_g": grams, "fee_vnd": fee} for code, grams, fee in rows]
    asked = [("01", 0), ("01", 2_000), ("01", 2_001), ("01", 5_001), ("79", 2_000), ("99", 1)]

    fees = ask(page, "money", "x[1].map(([code, grams]) => it.freight(x[0], code, grams))", [table, asked])

    assert fees == [22_000, 22_000, 32_000, None, 40_000, None]


def test_what_is_left_counts_what_the_server_has_not_heard_of(page: Page) -> None:
    def record(number: str, state: str, kind: str, **more: Any) -> dict[str, Any]:
        return {"state": state, "item": {"id": number, "kind": kind, **more}}

    def lines(count: int) -> list[dict[str, int]]:
        return [{"variant_id": 1, "quantity": count, "unit_price_vnd": 1}]

    goods = [{"variant_id": 1, "slice_left": 10}]
    records = [
        record("a", "booked", "sale", lines=lines(4)),  # the server has taken it off already
        record("b", "waiting", "sale", lines=lines(2)),
        record("c", "waiting", "ship_home", lines=lines(3)),
        record("d", "waiting", "undo", of="b"),
        record("e", "waiting", "undo", of="a"),
        record("f", "refused", "sale", lines=lines(5)),
        record("g", "waiting", "day_end"),
        record("h", "waiting", "undo", of="f"),  # of what was never taken off
    ]

    left = ask(page, "basket", "it.leftOf(x[0], x[1]).get(1)", [goods, records])

    assert left == 10 - 2 - 3 + 2 + 4


def test_what_was_booked_without_a_new_pack_stays_taken_off(page: Page) -> None:
    """Another telephone took over: the market books what waited and sends no pack."""
    call = """(async () => {
      const { leftOf } = await import("/static/js/booth/basket.js");
      const left = async () => {
        const { pack, items } = await it.readAll();
        return leftOf(pack.goods, items).get(1);
      };
      const lines = [{ variant_id: 1, quantity: 3, unit_price_vnd: 1 }];
      await it.keep("pack", { goods: [{ variant_id: 1, slice_left: 10 }] });
      await it.addItem({ id: "a", kind: "sale", lines });
      await it.addItem({ id: "b", kind: "sale", lines });
      const seen = [await left()];
      await it.settle([{ id: "a", outcome: "booked" }, { id: "b", outcome: "refused" }], null);
      seen.push(await left());
      await it.settle([{ id: "a", outcome: "booked" }], null);
      seen.push(await left());
      await it.sendAgain("a");
      await it.sendAgain("b");
      seen.push((await it.readAll()).items.map((record) => record.state).join());
      return seen;
    })()"""

    assert ask(page, "store", call, None) == [4, 7, 7, "booked,waiting"]


def test_only_sales_that_the_market_has_or_will_book_are_in_the_sums(page: Page) -> None:
    def record(number: str, state: str, kind: str = "sale", **more: Any) -> dict[str, Any]:
        return {"state": state, "item": {"id": number, "kind": kind, **more}}

    records = [
        record("a", "booked"),
        record("b", "waiting", "ship_home"),
        record("c", "conflict", "ship_home"),  # entered anew as d, or a person says that it did not happen
        record("d", "booked", "ship_home"),
        record("e", "refused"),
        record("f", "booked"),
        record("g", "waiting", "undo", of="f"),
        record("h", "refused", "undo", of="a"),
        record("i", "waiting", "day_end"),
        record("j", "conflict"),
        record("k", "booked", "undo", of="j"),
    ]

    sums = ask(
        page, "basket", "[it.standingOf(x), it.openOf(x)].map((s) => s.map((r) => r.item.id))", records
    )

    assert sums == [["a", "b", "d"], ["c"]]


DECISIONS = """(async () => {
  const outbox = await import("/static/js/booth/outbox.js");
  const clear = async () => (await it.openStore()).transaction("items", "readwrite").objectStore("items").clear();
  const real = window.fetch;
  const pack = { version: "1", goods: [], references: [], producer: { name: "P" }, fair: { name: "F" }, booth: {} };
  const asked = [];
  const seen = [];
  let answers = {};
  window.fetch = async (address, { body }) => {
    const items = body ? JSON.parse(body).items.map(({ id }) => id) : null;
    asked.push(items);
    const results = (items ?? []).map((id) => ({ id, outcome: answers[id] }));
    const told = items ? { results, pack } : pack;
    return new Response(JSON.stringify(told), { headers: { "Content-Type": "application/json", "X-Request-Id": "1" } });
  };
  await clear();
  await it.keep("phone", { token: "t", participation_id: 1 });
  await it.keep("pack", pack);
  const sale = { kind: "sale", paid_by: "cash", at: new Date().toISOString(), lines: [] };
  for (const id of ["s1", "s2", "s3"]) await it.addItem({ ...sale, id });
  for (const round of x) {
    answers = round.answers;
    await outbox.send({ isFresh: round.isFresh });
    seen.push((await it.readAll()).items.map((record) => record.state).join());
  }
  window.fetch = real;
  await clear();
  await it.forget("phone");
  await it.forget("pack");
  return [asked, seen];
})()"""


def test_what_waits_for_a_decision_is_asked_for_again_until_it_is_made(page: Page) -> None:
    waits = {"s1": "booked", "s2": "conflict", "s3": "conflict"}
    rounds = [
        {"isFresh": True, "answers": waits},
        {"isFresh": False, "answers": waits},
        {"isFresh": True, "answers": waits},
        {"isFresh": True, "answers": waits | {"s2": "refused", "s3": "booked"}},
        {"isFresh": True, "answers": {}},
    ]

    asked, seen = ask(page, "store", DECISIONS, rounds)

    # Once in each round that asks what is new; without anything to send it asks for a pack alone.
    assert asked == [["s1", "s2", "s3"], ["s2", "s3"], ["s2", "s3"], None]
    waiting, decided = "booked,conflict,conflict", "booked,refused,booked"
    assert seen == [waiting, waiting, waiting, decided, decided]


def test_another_booth_begins_with_an_empty_basket(page: Page) -> None:
    call = """(async () => {
      const seen = [];
      for (const participation_id of [1, 1, 2]) {
        await it.pairWith({ participation_id }, { goods: [] });
        seen.push((await it.readAll()).basket.id === "begun");
        await it.keep("basket", { id: "begun", lines: [] });
      }
      await it.forget("phone");
      await it.forget("pack");
      return seen;
    })()"""

    assert ask(page, "store", call, None) == [False, True, False]


def test_numbers_that_can_be_called_in_vietnam(page: Page) -> None:
    good = ["0912345678", "+84912345678", "84312345678", "02838123456", "+842838123456"]
    bad = [
        "0112345678",
        "0412345678",
        "0612345678",
        "0283812345",
        "091234567",
        "09123456789",
        "+85912345678",
        "",
    ]

    assert ask(page, "basket", "x.map(it.isPhone)", good + bad) == [True] * len(good) + [False] * len(bad)


def test_what_a_scan_says_is_understood_as_the_program_does(page: Page) -> None:
    cases = {
        "9520000000059": {"gtin": "09520000000059", "unit": None},
        "https://cho.example/T/7k3q-x9m2-rvbh-8": {"gtin": None, "unit": "7K3QX9M2RVBH8"},
        f"https://CHO.example/{'a' * 108}/T/7K3QX9M2RVBH8": {"gtin": None, "unit": "7K3QX9M2RVBH8"},
        "https://cho.example/01/09520000000059/10/L1/21/7K3QX9M2RVBH8": {
            "gtin": "09520000000059",
            "unit": "7K3QX9M2RVBH8",
        },
        "https://cho.example/en/01/09520000000059": {"gtin": "09520000000059", "unit": None},
        "7k3q x9m2 rvbh 8": {"gtin": None, "unit": "7K3QX9M2RVBH8"},
        "https://evil.example/T/7K3QX9M2RVBH8": {"foreign": "evil.example"},
        "https://cho.example/products": None,
        "hello": None,
    }

    found = ask(page, "scanner", "x.map((text) => it.understood(text, 'cho.example'))", list(cases))

    assert dict(zip(cases, found, strict=True)) == cases


def test_half_a_character_does_not_keep_a_sale_from_being_sent(page: Page) -> None:
    """A field of limited length cuts an emoji in two."""
    sent = ask(page, "outbox", "it.written([{ note: 'quà 🎁'.slice(0, 5) }, { note: '🎁' }])", None)

    assert json.loads(sent) == {"items": [{"note": "quà \ufffd"}, {"note": "🎁"}]}
