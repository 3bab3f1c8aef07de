"""The stranger's check of what a site shows today: the site neither chooses what is compared nor which stars hold."""

import pytest

from core import clock as present
from transparency.auditing.records import compare_records, compare_register
from transparency.auditing.rules import Rules
from transparency.leaves import leaf_of

LOT = {"product_id": 1, "quantity": 100, "kind": "goods", "recorded_at": "2026-11-22T02:00:00.000000Z"}
CERTIFIED = {
    "product_id": 1,
    "record_key": "5/qd",
    "stars": 4,
    "decided_on": "2022-01-01",
    "expires_on": "2025-01-01",
    "called": {"slug": "mang-cut", "product": "Măng cụt"},
}


class Shown:
    """A site that shows what it is told to, and the facts of the entries of its log."""

    def __init__(self, entered, answers):
        self.told, self.answers = [], answers
        self.rules = Rules(lambda weight, sentence: self.told.append((weight, sentence)))
        self.facts = [facts for _kind, _subject, facts in entered].__getitem__
        for seq, entry in enumerate(entered):
            self.rules.take(seq, leaf_of(*entry, present.now()))

    def json(self, path):
        return self.answers[path]

    def get(self, path):
        return self.answers.get(path, b"")

    def compared(self, compare):
        self.told.clear()
        compare(self, self.rules, self, lambda *fault: self.told.append(fault))
        return self.told


def test_a_site_that_leaves_out_a_kind_of_records_is_named(clock):
    site = Shown(
        [("lot.opened", "lot:1", LOT), ("revocation.recorded", "revocation:1", {"certification_id": 1})],
        {"/log/records": {"kinds": ["revocation.recorded"]}},
    )

    assert site.compared(compare_records) == [
        ("fault", "the site does not show what is on record as lot.opened, of which the log has entries"),
        ("fault", "revocation:1 was taken out: entry 1 says revocation.recorded, no record does"),
    ]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({"revoked_on": "2024-05-01", "stars_today": None}, []),
        ({"revoked_on": "2024-05-01", "stars_today": 4}, ["{} with 4 stars, revoked from 2024-05-01 on"]),
        (
            {"revoked_on": None, "stars_today": 4},
            ['{} otherwise: revoked_on: "2024-05-01" in the log, null now (entry 0)'],
        ),
        ({"revoked_on": "2024-05-01", "stars_today": 4, "as_of": "2024-04-30"}, []),
        (
            {"revoked_on": "2024-05-01", "stars_today": 5, "as_of": "2024-04-30"},
            ["{} with 5 stars, 4 were recorded"],
        ),
    ],
)
def test_a_register_that_shows_stars_which_the_log_says_are_revoked_is_named(clock, shown, expected):
    on = shown.pop("as_of", "2024-05-01")
    row = {
        "slug": "mang-cut",
        "stars_recorded": 4,
        "decided_on": "2022-01-01",
        "expires_on": "2025-01-01",
        **shown,
    }
    site = Shown(
        [
            ("certification.recorded", "certification:1", CERTIFIED),
            (
                "revocation.recorded",
                "revocation:1",
                {"certification_id": 1, "revoked_on": "2024-05-01"},
            ),
        ],
        {"/open-data/register.json": {"as_of": on, "entries": [row]}},
    )

    assert site.compared(compare_register) == [
        ("fault", f"the register shows {each.format('mang-cut')}") for each in expected
    ]


@pytest.mark.parametrize("noted_at", [1, 2])
def test_a_revocation_counts_for_every_record_of_its_decision(clock, noted_at):
    called = {"slug": "mang-cut", "product": "Măng cụt"}
    first = CERTIFIED | {"stars": 4, "called": called, "record_key": "5/qd|2022"}
    fuller = first | {"record_key": "5/qd|2022#2", "authority_name": "UBND"}
    row = {name: fuller[name] for name in ("decided_on", "expires_on")} | {
        "slug": "mang-cut",
        "stars_recorded": 4,
        "authority": "UBND",
    }
    answers = {"/open-data/register.json": {"as_of": "2024-06-01", "entries": [row]}}
    entered = [
        ("certification.recorded", "certification:1", first),
        ("certification.recorded", "certification:2", fuller),
        (
            "revocation.recorded",
            "revocation:1",
            {"certification_id": noted_at, "revoked_on": "2024-05-01"},
        ),
    ]

    row |= {"revoked_on": "2024-05-01", "stars_today": None}
    assert Shown(entered, answers).compared(compare_register) == []
    row |= {"revoked_on": None, "stars_today": 4}
    (fault,) = Shown(entered, answers).compared(compare_register)
    assert fault[0] == "fault"
