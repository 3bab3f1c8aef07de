"""Decisions: chosen products, the form, the page on which they are checked, and how they end."""

from datetime import date
from typing import Final

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.actors import Actor
from catalog.decision_facts import DecisionFault
from catalog.errors import (
    AlreadyRevokedError,
    ChangedPaperError,
    ContradictingRecordError,
    DecisionFaultsError,
    InvalidFactError,
)
from catalog.facts import Refusal
from catalog.forms.decisions import DecisionForm, day_of, product_ids_of
from catalog.models import CriteriaVersion, Product
from catalog.models.office import Proposal
from catalog.operations.decision_papers import keep_decision_paper
from catalog.operations.evidence import ReadPaper, read_paper
from catalog.operations.proposals import propose_recognition
from catalog.operations.releases import release_proposal, return_proposal, withdraw_proposal
from catalog.permissions.office import can_enter_office, can_record_decisions
from catalog.queries.office_decisions import (
    STATES,
    get_office_proposal,
    is_in_scope,
    is_late,
    is_own_producers,
    list_effects,
    list_lines,
    list_proposals,
)
from catalog.queries.office_register import ProductSearch, read_rows, search_products
from catalog.queries.office_scope import get_office_products, province_of
from catalog.views.office.matters import notes_context
from catalog.views.office.tables import Column, Filter, List, answer_list, words_asked
from catalog.views.office.words import KINDS, LEVELS, OUTCOMES, choices, fault_words, word
from core import clock
from core.db import transaction
from core.files import Storage, storage_for
from core.i18n import gettext
from core.i18n import lazy_gettext as _
from core.media.errors import InvalidMediaError
from core.web.access import takes_files

UNUSABLE_PAPER: Final = DecisionFault(None, "document", None, Refusal.WRONG_KIND_OF_FILE)


def fault_of_fact(error: InvalidFactError) -> DecisionFault:
    """A refused fact as a fault of the form's head."""
    return DecisionFault(None, str(error.facts["field"]), None, str(error.facts["reason"]))


def state_words(proposal: Proposal) -> str:
    """Where the decision stands, in words."""
    if proposal.outcome is not None:
        return word(OUTCOMES, proposal.outcome.outcome)
    if is_late(proposal, clock.now()):
        return gettext("Waits for more than 14 days")
    return gettext("Waits for a second officer") if proposal.needs_second else gettext("To be recorded")


COLUMNS: Final = (
    Column(
        name="decision",
        title=_("Decision"),
        value=lambda each: each.decision_number,
        address=lambda each: f"/office/decisions/{each.id}",
    ),
    Column(name="kind", title=_("What"), value=lambda each: word(KINDS, each.kind)),
    Column(name="decided_on", title=_("Of the day"), value=lambda each: each.decided_on),
    Column(name="authority", title=_("Who decided"), value=lambda each: each.authority_name),
    Column(name="stars", title=_("Stars"), value=lambda each: each.most_stars, is_number=True),
    Column(name="products", title=_("Products"), value=lambda each: len(each.lines), is_number=True),
    Column(name="proposed_by", title=_("Proposed by"), value=lambda each: each.proposed_by.name or ""),
    Column(name="proposed_at", title=_("Proposed"), value=lambda each: each.proposed_at),
    Column(name="state", title=_("State"), value=state_words),
)


@needs(can_enter_office)
def decisions() -> Response:
    """Decisions in the officer's area: those that wait, those that ended."""
    actor, words = current_actor(), words_asked()
    state = request.args.get("state", "")
    state = state if state in STATES else "waiting"
    may = can_record_decisions(actor)
    ways = [(gettext("Record a decision"), "/office/decisions/new")] if may else []
    if may:
        ways.append((gettext("One decision, many products: from Excel"), "/office/decisions/import"))
    return answer_list(
        List(
            name="decisions",
            title=_("Decisions"),
            lead=_(
                "Nothing is shown before a second officer has released it. Those that wait longest come first."
            ),
            here="decisions",
            columns=COLUMNS,
            filters=(
                Filter(name="q", label=_("Number, authority, product")),
                Filter(
                    name="state",
                    label=_("State"),
                    choices=(
                        ("waiting", _("Waiting")),
                        ("late", _("Waiting for more than 14 days")),
                        ("ended", _("Ended")),
                        ("all", _("All")),
                    ),
                ),
            ),
            read=lambda page, per_page: list_proposals(
                actor, state, clock.now(), words=words, page=page, per_page=per_page
            ),
            context={"ways": ways},
        )
    )


@needs(can_record_decisions)
def decision_choose() -> Response:
    """Which products the decision names: searched, ticked, then on to the form."""
    actor, words = current_actor(), words_asked()
    chosen_ids = product_ids_of(request.args.getlist("product"))
    chosen = get_office_products(actor, chosen_ids)
    found, total = (
        search_products(actor, ProductSearch(words=words), clock.today(), per_page=30) if words else ([], 0)
    )
    page = render_template(
        "office/decision_choose.html",
        chosen=read_rows([each.id for each in chosen], clock.today()),
        found=[row for row in found if row.id not in chosen_ids],
        total=total,
        words=words,
    )
    return make_response(page)


@needs(can_record_decisions)
def decision_new() -> AnyResponse:
    """The form of a decision for the chosen products."""
    actor = current_actor()
    product_ids = product_ids_of(request.args.getlist("product"))
    if not product_ids:
        return redirect(url_for("office.decision_choose"), 303)
    get_office_products(actor, product_ids)
    level = "ministry" if any(post.level == "nation" for post in actor.posts) else "province"
    return form_page(actor, DecisionForm.empty(product_ids, authority_level=level), 200)


@needs(can_record_decisions)
@takes_files
def decision_create() -> AnyResponse:
    """Keep the decision as a proposal and lead to the page where it is checked."""
    actor, form = current_actor(), DecisionForm.parse(request.form)
    found = get_office_products(actor, [line.product_id for line in form.lines])
    try:
        paper = None if form.errors else posted_paper()
    except InvalidMediaError:
        return form_page(actor, form.with_faults([UNUSABLE_PAPER]), 422)
    if form.errors:
        return form_page(actor, form, 422)
    try:
        with transaction():
            proposal_id = _propose(actor, form, found, paper).id
    except DecisionFaultsError as error:
        return form_page(actor, form.with_faults(error.facts["faults"]), 422)  # type: ignore[arg-type]
    except InvalidFactError as error:
        return form_page(actor, form.with_faults([fault_of_fact(error)]), 422)
    return redirect(url_for("office.decision", proposal_id=proposal_id), 303)


@needs(can_enter_office)
def decision(proposal_id: int) -> Response:
    """The page on which a decision is checked: its paper, its lines, what it would change."""
    return check_page(get_office_proposal(current_actor(), proposal_id), 200)


@needs(can_record_decisions, confirmed=True)
def decision_release(proposal_id: int) -> AnyResponse:
    """Take the decision into the register."""
    actor = current_actor()
    get_office_proposal(actor, proposal_id)
    try:
        with transaction():
            release_proposal(proposal_id, by=actor, now=clock.now(), files=files())
    except (ContradictingRecordError, AlreadyRevokedError, ChangedPaperError, InvalidFactError):
        # The register, or the paper, has changed since it was proposed: nothing was recorded.
        return check_page(get_office_proposal(actor, proposal_id), 409, refusal="changed")
    return redirect(url_for("office.decision", proposal_id=proposal_id), 303)


@needs(can_record_decisions)
def decision_return(proposal_id: int) -> AnyResponse:
    """Give the decision back with a reason."""
    actor = current_actor()
    get_office_proposal(actor, proposal_id)
    try:
        with transaction():
            return_proposal(proposal_id, request.form.get("reason", ""), by=actor, now=clock.now())
    except InvalidFactError:
        return check_page(get_office_proposal(actor, proposal_id), 422, refusal="reason")
    return redirect(url_for("office.decision", proposal_id=proposal_id), 303)


@needs(can_record_decisions)
def decision_withdraw(proposal_id: int) -> AnyResponse:
    """Take one's own proposal back."""
    actor = current_actor()
    get_office_proposal(actor, proposal_id)
    with transaction():
        withdraw_proposal(proposal_id, by=actor, now=clock.now())
    return redirect(url_for("office.decision", proposal_id=proposal_id), 303)


def check_page(proposal: Proposal, status: int, *, refusal: str = "") -> Response:
    """The page of one decision. refusal: "changed" or "reason", why an act was not done."""
    actor, today = current_actor(), clock.today()
    lines = list_lines(actor, proposal)
    effects = list_effects(proposal, lines, today)
    is_own = proposal.proposed_by_id == actor.user_id
    may = proposal.outcome is None and is_in_scope(actor, proposal)
    page = render_template(
        "office/decision.html",
        proposal=proposal,
        effects=effects,
        hidden_count=len(proposal.lines) - len(lines),
        gained_count=sum(each.after is not None and each.after != each.before for each in effects),
        lost_count=sum(each.before is not None and each.after is None for each in effects),
        state=state_words(proposal),
        **notes_context("proposal", proposal.id),
        may_release=may and (not is_own or not proposal.needs_second),
        may_return=may and not is_own,
        is_own_producer=is_own_producers(actor, proposal),
        may_withdraw=is_own and proposal.outcome is None,
        refusal=refusal,
        level=word(LEVELS, proposal.authority_level),
    )
    return make_response(page, status)


def form_page(actor: Actor, form: DecisionForm, status: int) -> Response:
    """The form of a decision, with what was typed and what is wrong with it."""
    products = get_office_products(actor, [line.product_id for line in form.lines])
    page = render_template(
        "office/decision_new.html",
        form=form,
        products={each.id: each for each in products},
        wrong={name: fault_words(fault) for name, fault in form.errors.items()},
        levels=choices(LEVELS),
        versions=[(each.value, each.value) for each in CriteriaVersion],
    )
    return make_response(page, status)


def posted_paper(name: str = "document") -> ReadPaper | None:
    """The scan that was sent, read outside any transaction; None if there is none. Raises InvalidMediaError."""
    sent = request.files.get(name)
    content = sent.read() if sent is not None else b""
    return read_paper(content, files=files()) if content else None


def files() -> Storage:
    """Where files are kept."""
    return storage_for(current_app.extensions["settings"])


def decision_title(number: str, decided_on: date | None) -> str:
    """What the archived scan is called, in Vietnamese as the decision itself is."""
    day = f" ngày {decided_on.day}/{decided_on.month}/{decided_on.year}" if decided_on else ""
    return f"Quyết định số {number}{day}"


def _propose(actor: Actor, form: DecisionForm, found: list[Product], paper: ReadPaper | None) -> Proposal:
    now = clock.now()
    products = {each.id: each for each in get_office_products(actor, [each.id for each in found])}
    provinces = {province_of(each) for each in products.values()}
    decided_on = day_of(form.values["decided_on"])
    evidence = keep_decision_paper(
        paper,
        title=decision_title(form.values["decision_number"], decided_on),
        province_code=provinces.pop() if len(provinces) == 1 else None,
        by=actor,
        files=files(),
        now=now,
    )
    return propose_recognition(
        form.facts(),
        form.decision_lines(),
        products,
        evidence,
        by=actor,
        now=now,
        submission_key=form.submission_key,
    )
