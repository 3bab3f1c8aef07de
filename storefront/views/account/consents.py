"""What a person agreed to, and taking it back."""

from flask import redirect, render_template
from werkzeug.wrappers import Response

from accounts.access import current_actor, signed_in
from accounts.operations.consents import give_offered_consent, withdraw_own_consent
from accounts.queries.consents import list_consents
from catalog.operations.private_papers import end_what_rests_on
from core import clock
from core.db import transaction
from storefront.views.frame import local_url


@signed_in
def account_privacy() -> str:
    """Every purpose with what the person said about it, and the ways to one's data and to erasure."""
    consents = list_consents(current_actor().user_id)
    return render_template("storefront/account_privacy.html", consents=consents)


@signed_in
def consent_create(purpose: str) -> Response:
    """Give a consent that is offered."""
    with transaction():
        give_offered_consent(purpose, by=current_actor(), now=clock.now())
    return redirect(local_url("/account/privacy"), 303)


@signed_in
def consent_withdrawal_create(purpose: str) -> Response:
    """Take a consent back; what rested on it ends."""
    with transaction():
        actor, now = current_actor(), clock.now()
        if withdraw_own_consent(purpose, by=actor, now=now) is not None:
            end_what_rests_on(purpose, by=actor, now=now)
    return redirect(local_url("/account/privacy"), 303)
