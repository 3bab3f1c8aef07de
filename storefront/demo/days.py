"""From plans to facts of a given day, by the rules of the programme. Pure: no database, no clock."""

import calendar
from datetime import date, timedelta
from typing import Final

from catalog.facts import CertificateFacts, CertificationFacts
from catalog.models import AuthorityLevel, CriteriaVersion, EvidenceLevel, ExpiryBasis
from catalog.recognition_rules import criteria_version_on, may_recognise
from catalog.stars import CERTIFICATE_MONTHS, EXTENSION_RULE_FROM, expiry_by_law
from storefront.demo.plans import CertificatePlan, RecognitionPlan

COUNCILS: Final = {
    AuthorityLevel.DISTRICT: "Hội đồng trình diễn (cấp huyện)",
    AuthorityLevel.PROVINCE: "Hội đồng trình diễn (cấp tỉnh)",
    AuthorityLevel.MINISTRY: "Hội đồng trình diễn (cấp trung ương)",
}
"""Fictional on purpose: no authority that exists is said to have decided anything."""

ISSUER: Final = "Tổ chức chứng nhận trình diễn"
NOTE: Final = "Dữ liệu trình diễn: không có quyết định này ngoài đời."


def recognition_facts(plan: RecognitionPlan, day: date) -> CertificationFacts:
    """The facts of a recognition as recorded on `day`, so that it is then in the state that the plan means."""
    if plan.ends_in_days is None:
        return CertificationFacts(
            stars=plan.stars,
            score=plan.score,
            recognised_year=day.year - 1,
            evidence_level=EvidenceLevel.B,
            note=NOTE,
        )
    decided_on = decided_for(_wished_end(plan, plan.ends_in_days, day))
    level = _level(plan, decided_on)
    return CertificationFacts(
        stars=plan.stars,
        score=plan.score,
        decision_number=None if plan.number is None else decision_number(plan.number),
        decided_on=decided_on,
        authority_level=level,
        authority_name=COUNCILS[level],
        criteria_version=criteria_version_on(decided_on) or CriteriaVersion.QD_26_2026,
        expires_on=expiry_by_law(decided_on),
        expiry_basis=ExpiryBasis.SOURCE if plan.has_document else ExpiryBasis.LAW,
        evidence_level=EvidenceLevel.A if plan.has_document else EvidenceLevel.B,
        note=NOTE,
    )


def certificate_facts(plan: CertificatePlan, day: date) -> CertificateFacts:
    """The facts of another certificate as recorded on `day`."""
    issued, ends = plan.issued_days_ago, plan.ends_in_days
    return CertificateFacts(
        kind=plan.kind,
        standard=plan.standard,
        number=plan.number,
        issuer=plan.issuer or ISSUER,
        issued_on=None if issued is None else days_before(day, issued),
        expires_on=None if ends is None else day + timedelta(days=ends),
    )


def decision_number(number: int) -> str:
    """`012/QĐ-TRÌNH DIỄN`: no authority numbers its decisions so."""
    return f"{number:03d}/QĐ-TRÌNH DIỄN"


def decided_for(end: date) -> date:
    """The day of a decision whose term ends on `end`; or the day before it, if `end` is a 29 February."""
    year = end.year - CERTIFICATE_MONTHS // 12
    last_day = calendar.monthrange(year, end.month)[1]
    return date(year, end.month, min(end.day, last_day))


def days_before(day: date, count: int) -> date:
    """The date `count` days before `day`."""
    return day - timedelta(days=count)


def _wished_end(plan: RecognitionPlan, ends_in_days: int, day: date) -> date:
    end = day + timedelta(days=ends_in_days)
    is_meant_to_run_on = plan.filed_days_before_end is not None and end < day
    # Only what ended under the new rule runs on; in the rule's first weeks that is nearer than the plan says.
    if is_meant_to_run_on and end < EXTENSION_RULE_FROM < day:
        return EXTENSION_RULE_FROM
    return end


def _level(plan: RecognitionPlan, decided_on: date) -> AuthorityLevel:
    wished = AuthorityLevel(plan.level)
    if may_recognise(wished, plan.stars, decided_on):
        return wished
    return AuthorityLevel.MINISTRY if plan.stars == 5 else AuthorityLevel.PROVINCE
