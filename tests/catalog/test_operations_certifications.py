"""Recording, withdrawing and renewing recognitions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.errors import (
    AlreadyRevokedError,
    ContradictingRecordError,
    InvalidCertificationError,
    InvalidRenewalError,
)
from catalog.facts import CertificationFacts, RevocationFacts
from catalog.models import Certification, Product, Source
from catalog.operations.certifications import record_certification, record_revocation
from catalog.operations.renewals import file_renewal, refuse_renewal
from catalog.recognition_rules import criteria_version_on, may_recognise, with_revocations
from catalog.stars import stars_on, state_on
from core import clock as present
from tests.catalog.conftest import Make

FACTS = CertificationFacts(
    stars=3,
    evidence_level="A",
    decision_number="768/QĐ-UBND",
    decided_on=date(2025, 5, 7),
    authority_level="district",
    authority_name="UBND huyện Cư Jút",
    expires_on=date(2028, 5, 7),
)

PRESENT_DAY = date(2026, 11, 22)
LATER = {"decided_on": date(2026, 11, 10), "expires_on": date(2029, 11, 10)}


@pytest.fixture
def product(make_product: Make) -> Product:
    product: Product = make_product()
    return product


def record(product: Product, source: Source | None, **changes: Any) -> Certification:
    return record_certification(product, replace(FACTS, **changes), now=present.now(), source=source)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Certification)) or 0


def test_a_recorded_recognition_shows_its_stars(product: Product, source: Source) -> None:
    record(product, source)

    assert stars_on([each.facts for each in product.certifications], date(2026, 11, 22)) == 3


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"stars": 2}, "stars", "out_of_range"),
        ({"stars": 6}, "stars", "out_of_range"),
        ({"score": Decimal("100.01")}, "score", "out_of_range"),
        ({"evidence_level": "C"}, "evidence_level", "claim_only"),
        ({"evidence_level": "D"}, "evidence_level", "unknown_choice"),
        ({"authority_level": None}, "authority_level", "missing"),
        ({"authority_level": "village"}, "authority_level", "unknown_choice"),
        ({"authority_level": "ministry"}, "authority_level", "authority_not_allowed"),
        ({"stars": 4}, "authority_level", "authority_not_allowed"),
        ({"stars": 5, "authority_level": "province"}, "authority_level", "authority_not_allowed"),
        ({"decided_on": date(2026, 11, 23), "expires_on": None}, "authority_level", "authority_not_allowed"),
        (
            {"decided_on": date(2026, 11, 23), "authority_level": "province", "expires_on": None},
            "decided_on",
            "in_the_future",
        ),
        ({"expires_on": date(2025, 5, 6)}, "expires_on", "before_decision"),
        ({"expires_on": date(2028, 5, 8)}, "expires_on", "after_legal_term"),
        ({"expires_on": date(2028, 5, 6), "expiry_basis": "law"}, "expires_on", "not_the_legal_term"),
        (
            {"decided_on": None, "recognised_year": 2027, "authority_level": "province"},
            "recognised_year",
            "in_the_future",
        ),
    ],
)
def test_a_recognition_that_cannot_be_is_refused_and_leaves_nothing(
    product: Product, source: Source, writing: Session, changes: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(InvalidCertificationError) as refused:
        record(product, source, **changes)

    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert count(writing) == 0


def test_a_recognition_without_evidence_is_refused(product: Product, writing: Session) -> None:
    with pytest.raises(InvalidCertificationError) as refused:
        record(product, None)

    assert refused.value.reason == "no_evidence"
    assert count(writing) == 0


@pytest.mark.parametrize(
    ("level", "stars", "decided_on", "allowed"),
    [
        ("district", 3, date(2023, 2, 23), False),
        ("district", 3, date(2023, 2, 24), True),
        ("district", 3, date(2025, 6, 30), True),
        ("district", 3, date(2025, 7, 1), False),
        ("district", 4, date(2024, 1, 1), False),
        ("province", 3, date(2020, 2, 4), True),
        ("province", 4, date(2026, 8, 5), True),
        ("province", 5, date(2026, 8, 5), False),
        ("ministry", 5, date(2025, 6, 26), True),
        ("ministry", 4, date(2025, 6, 26), True),
        ("ministry", 3, date(2025, 6, 26), False),
    ],
)
def test_who_may_give_which_rank_on_a_day(level: str, stars: int, decided_on: date, allowed: bool) -> None:
    assert may_recognise(level, stars, decided_on) is allowed


@pytest.mark.parametrize(
    ("decided_on", "version"),
    [
        (date(2019, 8, 20), None),
        (date(2020, 2, 4), "1048/QĐ-TTg"),
        (date(2020, 6, 8), "781/QĐ-TTg"),
        (date(2025, 6, 26), "148/QĐ-TTg"),
        (date(2025, 7, 6), "1489/QĐ-TTg"),
        (date(2026, 6, 1), None),
        (date(2026, 7, 21), None),
        (date(2026, 8, 5), "26/2026/QĐ-TTg"),
    ],
)
def test_the_criteria_follow_from_the_day_where_the_law_leaves_one(
    decided_on: date, version: str | None
) -> None:
    assert criteria_version_on(decided_on) == version


def test_the_legal_term_is_counted_where_the_source_states_none(product: Product, source: Source) -> None:
    recorded = record(product, source, expires_on=None, expiry_basis="law")

    assert (recorded.expires_on, recorded.expiry_basis) == (date(2028, 5, 7), "law")


def test_the_same_recognition_again_is_the_one_there_is(
    product: Product, source: Source, writing: Session
) -> None:
    first = record(product, source)

    again = record(product, source, decision_number=" 768 / QD-UBND", authority_name="UBND HUYỆN CƯ JÚT")
    fewer = record(product, source, expires_on=None)

    assert again is first
    assert fewer is first
    assert count(writing) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"stars": 4, "authority_level": "province"}, "stars"),
        ({"decided_on": date(2025, 5, 8), "expires_on": None}, "decided_on"),
        ({"expires_on": date(2028, 5, 6)}, "expires_on"),
        ({"authority_name": "UBND huyện Đắk Song"}, "authority_name"),
    ],
)
def test_other_facts_about_the_same_decision_are_a_contradiction(
    product: Product, source: Source, writing: Session, changes: dict[str, Any], field: str
) -> None:
    record(product, source)

    with pytest.raises(ContradictingRecordError) as refused:
        record(product, source, **changes)

    assert refused.value.field == field
    assert count(writing) == 1


def test_more_facts_complete_a_record_by_a_further_one(product: Product, source: Source) -> None:
    record(product, source, decided_on=None, expires_on=None, recognised_year=2025)

    record(product, source)

    records = sorted(product.certifications, key=lambda each: each.id)
    assert [each.record_key for each in records] == ["768/qd-ubnd|2025", "768/qd-ubnd|2025#2"]
    assert stars_on([each.facts for each in records], date(2026, 11, 22)) == 3


def revocation(**changes: Any) -> RevocationFacts:
    facts = RevocationFacts(
        decision_number="12/QĐ-UBND",
        revoked_on=date(2026, 11, 1),
        ground="not_produced",
        authority_name="UBND tỉnh Lâm Đồng",
    )
    return replace(facts, **changes)


def test_a_withdrawn_recognition_shows_no_star_from_its_day_on(product: Product, source: Source) -> None:
    certification = record(product, source)

    record_revocation(certification, revocation(), now=present.now())

    assert stars_on([certification.facts], date(2026, 10, 31)) == 3
    assert stars_on([certification.facts], date(2026, 11, 1)) is None


def test_a_second_withdrawal_is_the_first_or_refused(product: Product, source: Source) -> None:
    certification = record(product, source)
    first = record_revocation(certification, revocation(), now=present.now())

    assert record_revocation(certification, revocation(), now=present.now()) is first
    with pytest.raises(AlreadyRevokedError):
        record_revocation(certification, revocation(decision_number="13/QĐ-UBND"), now=present.now())


def test_more_facts_about_a_withdrawn_decision_are_refused_and_the_same_are_not(
    product: Product, source: Source, writing: Session
) -> None:
    certification = record(product, source, expires_on=None)
    record_revocation(certification, revocation(), now=present.now())

    again = record(product, source, expires_on=None)
    with pytest.raises(InvalidCertificationError) as refused:
        record(product, source, decision_number="768 / QD-UBND")

    assert again is certification
    assert (refused.value.field, refused.value.reason) == ("decision_number", "already_revoked")
    assert count(writing) == 1


def test_a_decision_of_its_own_recognises_anew_after_a_withdrawal(product: Product, source: Source) -> None:
    record_revocation(record(product, source), revocation(), now=present.now())

    record(product, source, decision_number="900/QĐ-UBND", authority_level="province", **LATER)

    assert stars_on(with_revocations([each.facts for each in product.certifications]), PRESENT_DAY) == 3


@pytest.mark.parametrize("withdrawn", [0, 1])
def test_a_withdrawal_covers_every_record_of_its_decision(
    product: Product, source: Source, withdrawn: int
) -> None:
    record(product, source, expires_on=None)
    record(product, source, decision_number="768/QD-UBND")
    records = sorted(product.certifications, key=lambda each: each.id)

    record_revocation(records[withdrawn], revocation(), now=present.now())

    facts = with_revocations([each.facts for each in records])
    assert [each.revoked_on for each in facts] == [date(2026, 11, 1)] * 2
    assert [stars_on(facts, day) for day in (date(2026, 10, 31), PRESENT_DAY)] == [3, None]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"revoked_on": date(2025, 5, 6)}, "revoked_on"),
        ({"revoked_on": date(2026, 11, 23)}, "revoked_on"),
        ({"ground": "mood"}, "ground"),
    ],
)
def test_a_withdrawal_that_cannot_be_is_refused(
    product: Product, source: Source, changes: dict[str, Any], field: str
) -> None:
    certification = record(product, source)

    with pytest.raises(InvalidCertificationError) as refused:
        record_revocation(certification, revocation(**changes), now=present.now())

    assert refused.value.field == field
    assert certification.revocation is None


# The clock stands at 22 November 2026. Last day 20 April 2027: the window opens 22 October 2026 and E-120d is
# 21 December 2026.
EXPIRING = {"decided_on": date(2024, 4, 20), "expires_on": date(2027, 4, 20)}


@pytest.mark.parametrize(
    ("filed_on", "reason"),
    [
        (date(2026, 10, 21), "before_window"),
        (date(2026, 11, 23), "in_the_future"),
    ],
)
def test_a_dossier_outside_its_window_is_refused(
    product: Product, source: Source, filed_on: date, reason: str
) -> None:
    certification = record(product, source, **EXPIRING)

    with pytest.raises(InvalidRenewalError) as refused:
        file_renewal(certification, reference="HS-1", filed_on=filed_on, now=present.now())

    assert refused.value.reason == reason
    assert certification.dossiers == []


def test_a_dossier_after_the_last_day_is_refused_and_a_late_one_is_not(
    product: Product, source: Source
) -> None:
    ended = record(product, source, decided_on=date(2023, 11, 20), expires_on=date(2026, 11, 20))

    with pytest.raises(InvalidRenewalError) as refused:
        file_renewal(ended, reference="HS-1", filed_on=date(2026, 11, 21), now=present.now())
    file_renewal(ended, reference="HS-2", filed_on=date(2026, 11, 20), now=present.now())

    assert refused.value.reason == "after_expiry"
    assert state_on(ended.facts, date(2026, 11, 22)) == "extended"


def test_a_filed_dossier_waits_until_it_is_refused(product: Product, source: Source) -> None:
    certification = record(product, source, **EXPIRING)
    dossier = file_renewal(certification, reference="HS-1", filed_on=date(2026, 10, 22), now=present.now())
    waiting = state_on(certification.facts, date(2026, 11, 1))

    refuse_renewal(dossier, refused_on=date(2026, 11, 20), decision_number=None, now=present.now())

    assert waiting == "awaiting_renewal"
    assert state_on(certification.facts, date(2026, 11, 20)) == "renewal_due"
    assert (
        file_renewal(certification, reference="HS-1", filed_on=date(2026, 10, 22), now=present.now())
        is dossier
    )


def test_a_withdrawn_recognition_cannot_be_renewed(product: Product, source: Source) -> None:
    certification = record(product, source, **EXPIRING)
    record_revocation(certification, revocation(), now=present.now())

    with pytest.raises(InvalidRenewalError) as refused:
        file_renewal(certification, reference="HS-1", filed_on=date(2026, 11, 5), now=present.now())

    assert refused.value.reason == "not_renewable"
