"""A registration in small steps: one question on each page, and what was typed stays as it was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from catalog.errors import InvalidFactError
from catalog.facts import Refusal
from catalog.operations.joining import RegistrationFacts, check_answer
from core.commune_search import CommuneChoice, find_choice, search_communes
from core.text import clean_line

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name",),
    "kind": ("kind",),
    "tax-code": ("tax_code",),
    "phone": ("phone",),
    "place": ("province", "commune", "street"),
}
"""The steps in their order, each with the fields it asks for. The last page, «check», asks for consent alone."""

CHECK: Final = "check"
STEPS: Final = (*FIELDS, CHECK)
STREET_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationStep:
    """One page of the registration. facts: all that was typed so far. errors: field to reason (`Refusal`).

    q: words typed to find the commune. found: what they may mean. chosen: the commune chosen before.
    """

    step: str
    facts: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    q: str = ""
    found: tuple[CommuneChoice, ...] = ()
    chosen: CommuneChoice | None = None

    @property
    def number(self) -> int:
        """Which step it is, from 1."""
        return STEPS.index(self.step) + 1

    @property
    def next(self) -> str:
        """The step after this one."""
        return STEPS[min(self.number, len(STEPS) - 1)]

    @property
    def back(self) -> str | None:
        """The step before this one."""
        return STEPS[self.number - 2] if self.number > 1 else None


def typed_in(step: str, form: Mapping[str, str]) -> dict[str, str]:
    """What was typed on the page of `step`; a field that was not sent (no radio chosen) is left out."""
    return {name: clean_line(form[name]) for name in FIELDS.get(step, ()) if name in form}


def step_page(
    step: str, facts: Mapping[str, str], *, q: str = "", errors: Mapping[str, str] | None = None
) -> RegistrationStep:
    """The page of `step` with what is known for it."""
    province = facts.get("province", "")
    chosen = find_choice(facts.get("commune", ""), province)
    found = search_communes(q, province) if q and step == "place" else ()
    if chosen is not None and chosen not in found:
        found = (*found, chosen)
    return RegistrationStep(step=step, facts=facts, errors=errors or {}, q=q, found=found, chosen=chosen)


def faults_of(step: str, facts: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the answers of `step`: field to reason; empty if nothing is."""
    if step == "place":
        return _place_faults(facts)
    faults = {}
    for name in FIELDS.get(step, ()):
        try:
            check_answer(name, facts.get(name, ""))
        except InvalidFactError as error:
            faults[name] = str(error.facts["reason"])
    return faults


def first_open_step(facts: Mapping[str, str]) -> str:
    """Where to go on: the first step that has no good answer yet; a tax code may be left out, but is asked for."""
    for step, names in FIELDS.items():
        if faults_of(step, facts) or not any(name in facts for name in names):
            return step
    return CHECK


def registration_facts(facts: Mapping[str, str], form: Mapping[str, Any]) -> RegistrationFacts:
    """All that was typed, and the two consents of the last page, which nobody ticked beforehand."""
    known = {name: facts.get(name, "") for names in FIELDS.values() for name in names}
    return RegistrationFacts(
        **known,
        agrees_to_publish=form.get("agrees_to_publish") == "1",
        speaks_for_it=form.get("speaks_for_it") == "1",
    )


def _place_faults(facts: Mapping[str, str]) -> dict[str, str]:
    if not facts.get("province"):
        return {"province": Refusal.MISSING}
    if find_choice(facts.get("commune", ""), facts["province"]) is None:
        return {"commune": Refusal.MISSING}
    if len(facts.get("street", "")) > STREET_MAX:
        return {"street": Refusal.TOO_LONG}
    return {}
