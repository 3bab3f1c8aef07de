"""Who is told of a decision: the producer when it takes effect, its proposer when it ends. Source: threat T-06."""

from datetime import datetime

from accounts.models import User
from accounts.operations.notices import notify_user
from catalog.models.office import OutcomeKind, Proposal, ProposalKind, ProposalLine, ProposalOutcome
from catalog.operations.certificate_notices import list_told
from core.db import db
from core.i18n import gettext as _
from core.i18n import speaking


def tell_producer(line: ProposalLine, *, now: datetime) -> None:
    """Tell owners and editors that a product of theirs was recognised, or that a recognition was withdrawn."""
    product = line.product
    if product.producer_id is None:
        return
    for user in list_told(product.producer_id):
        with speaking(user.language):
            subject = _("OCOP decision %(number)s", number=line.proposal.decision_number)
            notify_user(user.id, subject, _effect_words(line), now=now)


def tell_proposer(proposal: Proposal, ended: ProposalOutcome, *, now: datetime) -> None:
    """Tell the officer who stated the decision that a second one released or returned it."""
    if ended.outcome not in {OutcomeKind.RELEASED, OutcomeKind.RETURNED}:
        return
    user = db.session.get_one(User, proposal.proposed_by_id)
    with speaking(user.language):
        subject = _("Decision %(number)s that you stated", number=proposal.decision_number)
        text = (
            _("It was released and is in the register now.")
            if ended.outcome == OutcomeKind.RELEASED
            else _("It was returned, nothing was recorded: %(reason)s", reason=ended.reason)
        )
        notify_user(user.id, subject, text, now=now)


def _effect_words(line: ProposalLine) -> str:
    name, number = line.product.name, line.proposal.decision_number
    if line.proposal.kind == ProposalKind.REVOCATION:
        return _(
            "%(name)s: the OCOP recognition was withdrawn by decision %(number)s. Take the mark off packs and pages.",
            name=name,
            number=number,
        )
    return _(
        "%(name)s: %(stars)s stars by decision %(number)s are in the register now.",
        name=name,
        stars=line.stars,
        number=number,
    )
