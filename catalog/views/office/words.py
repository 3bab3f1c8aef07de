"""Words for what officers meet: kinds of decisions, their ends, grounds, acts of the trail, reasons of refusals."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from catalog.decision_facts import DecisionFault
from catalog.facts import Refusal
from core.i18n import LazyText, format_date, gettext
from core.i18n import lazy_gettext as _

Words = Mapping[str, LazyText]

KINDS: Final[Words] = {"recognition": _("Recognition"), "revocation": _("Withdrawal")}

OUTCOMES: Final[Words] = {
    "recorded": _("Recorded"),
    "released": _("Released"),
    "returned": _("Returned"),
    "withdrawn": _("Taken back"),
}

LEVELS: Final[Words] = {
    "district": _("District (until June 2025)"),
    "province": _("Province"),
    "ministry": _("Ministry"),
}

BASES: Final[Words] = {
    "law": _("36 months by law"),
    "source": _("Stated in the decision"),
}

PRODUCER_KINDS: Final[Words] = {
    "cooperative": _("Cooperative"),
    "cooperative_group": _("Cooperative group"),
    "enterprise": _("Enterprise"),
    "household": _("Household business"),
    "farm": _("Farm"),
    "unknown": _("Kind not known"),
}

STATES: Final[Words] = {
    "in_force": _("In force"),
    "renewal_due": _("In force, renewal due"),
    "last_days": _("In force, ends soon"),
    "awaiting_renewal": _("In force, renewal filed"),
    "extended": _("Being re-assessed"),
    "expired": _("Expired"),
    "revoked": _("Revoked"),
    "incomplete": _("Record incomplete"),
}

GROUNDS: Final[Words] = {
    "false_dossier": _("false statements in the dossier"),
    "criteria_not_met": _("the product no longer meets the criteria"),
    "breach_of_law": _("breach of the law on quality, food safety, environment, property or labels"),
    "misuse_of_mark": _("wrong use of the OCOP mark"),
    "not_produced": _("the product is no longer made"),
    "other": _("other findings of an inspection"),
}

DECLARATIONS: Final[Words] = {
    "women_led": _("Led by women"),
    "ethnic_minority": _("Ethnic minority"),
    "craft_village": _("In a craft village"),
    "raw_material_area": _("Own raw-material area"),
    "green_chain": _("Circular or green value chain"),
    "trained_workers": _("Trained workers"),
    "modern_channels": _("Sells in modern channels"),
}

ACTS: Final[Words] = {
    "catalog.propose_decision": _("stated a decision"),
    "catalog.record_decision": _("recorded a decision"),
    "catalog.release_decision": _("released a decision"),
    "catalog.return_decision": _("returned a decision"),
    "catalog.withdraw_decision": _("took a decision back"),
    "catalog.record_certification": _("put a recognition into the register"),
    "catalog.record_revocation": _("put a withdrawal into the register"),
    "catalog.file_renewal": _("noted a renewal dossier"),
    "catalog.refuse_renewal": _("noted a refused renewal"),
    "catalog.report_finding": _("reported a finding"),
    "catalog.write_note": _("wrote a note"),
    "catalog.close_matter": _("closed a matter"),
    "catalog.export_register": _("exported the register"),
    "catalog.keep_evidence": _("handed in a paper"),
    "catalog.take_original": _("took a paper's file"),
    "catalog.answer_question": _("answered a shopper's question"),
    "catalog.hide_question": _("hid a question"),
    "catalog.settle_question_report": _("settled a report about a question"),
    "catalog.register_producer": _("registered a producer"),
    "catalog.change_producer": _("corrected a producer's details"),
    "catalog.claim_entry": _("claimed an entry"),
    "catalog.withdraw_claim": _("took a claim back"),
    "catalog.approve_claim": _("approved a claim"),
    "catalog.refuse_claim": _("refused a claim"),
    "catalog.hand_over_product": _("gave a product to another producer"),
    "catalog.invite_member": _("invited somebody"),
    "catalog.accept_invitation": _("accepted an invitation"),
    "catalog.decline_invitation": _("declined an invitation"),
    "catalog.withdraw_invitation": _("took an invitation back"),
    "catalog.change_role": _("changed a member's role"),
    "catalog.remove_member": _("removed a member"),
    "catalog.leave_team": _("left a team"),
    "catalog.agree_to_help": _("agreed to an officer's help"),
    "catalog.end_help": _("ended an officer's help"),
    "catalog.ask_for_check": _("asked to be verified as a seller"),
    "catalog.verify_seller": _("verified a seller"),
    "catalog.refuse_seller": _("refused to verify a seller"),
    "catalog.declare": _("declared something for the programme"),
    "catalog.take_declaration_back": _("took a declaration back"),
    "accounts.grant_role": _("gave a role"),
    "accounts.end_role": _("ended a role"),
    "accounts.request_export": _("asked for one's own data"),
    "accounts.request_erasure": _("asked to be erased"),
    "accounts.withdraw_erasure": _("took the wish to be erased back"),
    "accounts.erase_person": _("erased an account"),
}

FACTS: Final[Words] = {
    "kind": _("What"),
    "decision_number": _("Number of the decision"),
    "decided_on": _("Day of the decision"),
    "authority_name": _("Name of the authority"),
    "expires_on": _("Last day in force"),
    "ground": _("Ground"),
    "product_count": _("Products"),
    "stars": _("Stars"),
    "document_sha256": _("Hash of the scan"),
    "needs_second": _("Needs a second officer"),
    "outcome": _("End"),
    "recognitions": _("Recognitions on record"),
    "revocation": _("Withdrawal on record"),
    "proposal": _("Proposal"),
    "found_on": _("Found on"),
    "filed_on": _("Received on"),
    "refused_on": _("Refused on"),
    "rows": _("Rows"),
    "price_vnd": _("Price"),
    "state": _("State"),
    "name": _("Name"),
}
"""What the facts of the trail are called; a name that is not here stands as it is."""

_FAULTS: Final[Mapping[tuple[str, str], LazyText]] = {
    ("decision_number", Refusal.MISSING): _("Write the number of the decision"),
    ("decided_on", Refusal.MISSING): _("Write the day of the decision"),
    ("revoked_on", Refusal.MISSING): _("Write the first day without effect"),
    ("authority_name", Refusal.MISSING): _("Write who decided"),
    ("authority_level", Refusal.MISSING): _("Choose who decided"),
    ("ground", Refusal.MISSING): _("Choose the ground of the withdrawal"),
    ("stars", Refusal.MISSING): _("Choose the stars of this product"),
    ("expires_on", Refusal.MISSING): _("Write the last day in force that the decision states"),
    ("document", Refusal.NO_EVIDENCE): _("Add the scan of the decision: a PDF or a photograph"),
    ("product", Refusal.MISSING): _("Choose at least one product"),
}

_REASONS: Final[Mapping[str, LazyText]] = {
    Refusal.NOT_A_DATE: _("Write a day like 1/10/2026"),
    Refusal.NOT_A_NUMBER: _("Write a number like 81.25"),
    Refusal.OUT_OF_RANGE: _(
        "This is outside what is possible: a score is 0 to 100, the programme began in 2018"
    ),
    Refusal.IN_THE_FUTURE: _("This day lies in the future"),
    Refusal.BEFORE_DECISION: _("This day lies before the decision that it follows"),
    Refusal.AFTER_LEGAL_TERM: _("This is later than 36 months after the decision, the term of the law"),
    Refusal.NOT_THE_LEGAL_TERM: _("This is not the day 36 months after the decision"),
    Refusal.AUTHORITY_NOT_ALLOWED: _("This authority could not give these stars on that day"),
    Refusal.NOT_YOUR_RANK: _(
        "Not yours to decide: a province decides 3 and 4 stars of its own area, the ministry 5"
    ),
    Refusal.OWN_PRODUCER: _("You work for this producer: another officer decides."),
    Refusal.REPEATED: _("This product stands in the decision twice"),
    Refusal.ALREADY_REVOKED: _("This recognition has been withdrawn before"),
    Refusal.TOO_LONG: _("This is too long"),
    Refusal.UNKNOWN_CHOICE: _("Choose one of the values"),
    Refusal.WRONG_KIND_OF_FILE: _("This file is no PDF, JPEG or PNG"),
    Refusal.BEFORE_WINDOW: _("Too early: a renewal is filed at most 180 days before the last day"),
    Refusal.AFTER_EXPIRY: _("Too late: the recognition had ended before that day"),
    Refusal.NOT_RENEWABLE: _("This recognition cannot be renewed: it is withdrawn or has no last day"),
    Refusal.MISSING: _("This is missing"),
    Refusal.NOT_FOUND: _("No product in your area is called so"),
    Refusal.NOT_CHOSEN: _("Choose which product is meant"),
}


def word(words: Words, value: str | None) -> str:
    """The word for `value` in the reader's language; `value` itself if there is none."""
    if value is None:
        return ""
    found = words.get(value)
    return value if found is None else str(found)


def choices(words: Words) -> tuple[tuple[str, LazyText], ...]:
    """Pairs of value and word, for a field of choices."""
    return tuple(words.items())


def fault_words(fault: DecisionFault) -> str:
    """The sentence for a fault: what is wrong, and what is on record where that is why."""
    if fault.reason == Refusal.CONTRADICTION:
        return gettext("On record is %(recorded)s: look again", recorded=_told(fault.recorded))
    named = _FAULTS.get((fault.field, fault.reason)) or _REASONS.get(fault.reason)
    return str(named) if named is not None else gettext("This cannot be used as it is")


def _told(value: object) -> str:
    return format_date(value) if isinstance(value, date) else str(value)
