"""What people are told about claims, invitations, help and checks, in their own language."""

from datetime import datetime
from typing import Final

from accounts.models import User
from accounts.operations.notices import notify_user
from core.db import db
from core.i18n import LazyText, speaking
from core.i18n import lazy_gettext as _

_SUBJECTS: Final[dict[str, LazyText]] = {
    "claim_approved": _("Your claim was approved"),
    "claim_refused": _("Your claim was refused"),
    "claim_disputed": _("Somebody else claims your entry"),
    "entry_handed_over": _("An entry of yours was given to somebody else"),
    "verified": _("Your registration was verified"),
    "not_verified": _("Your registration could not be verified"),
    "assistance_began": _("A producer asks for your help"),
    "assistance_on_paper": _("An officer helps your producer"),
    "assistance_ended": _("Help has ended"),
    "role_changed": _("Your place in a team changed"),
}
_TEXTS: Final[dict[str, LazyText]] = {
    "claim_approved": _(
        "«%(name)s» is yours to look after now. What the register says of it stays as it was."
    ),
    "claim_refused": _("The office refused your claim to «%(name)s». Open your workspace to read why."),
    "claim_disputed": _(
        "Somebody else says that «%(name)s» is theirs. The office looks at the papers and decides."
    ),
    "entry_handed_over": _("The office gave «%(name)s» to somebody else. Ask the office for its reason."),
    "verified": _("Shoppers of «%(name)s» now read that the seller was compared with its registration."),
    "not_verified": _("The office could not verify «%(name)s». Open your workspace to read why."),
    "assistance_began": _("«%(name)s» agreed that you help until %(day)s. What you do is recorded."),
    "assistance_on_paper": _(
        "An officer helps «%(name)s» until %(day)s. Any owner can end this at any time."
    ),
    "assistance_ended": _("The help for «%(name)s» has ended."),
    "role_changed": _("What you may do at «%(name)s» was changed. Sign in to see it."),
}


def tell(user_id: int, notice: str, *, now: datetime, **facts: str) -> None:
    """Write to a person about `notice`, a key of the texts above, in the caller's transaction."""
    user = db.session.get(User, user_id)
    if user is None or user.erased_at is not None:
        return
    with speaking(user.language):
        notify_user(user_id, str(_SUBJECTS[notice]), str(_TEXTS[notice]) % facts, now=now)
