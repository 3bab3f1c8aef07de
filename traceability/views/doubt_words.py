"""What kinds of evidence and grades are called."""

from typing import Final

from core.i18n import LazyText
from core.i18n import lazy_gettext as _
from traceability.clone_evidence import Reason

REASON_WORDS: Final[dict[str, LazyText]] = {
    Reason.OPENED_TWICE: _("Several people say that they bought and opened it"),
    Reason.AFTER_OPENING: _("Scanned again and again elsewhere after it was opened"),
    Reason.BEFORE_SHIPPING: _("Scanned elsewhere before it had left the producer"),
    Reason.ELSEWHERE: _("The order went to one province, it is scanned in others"),
    Reason.OUT_OF_AREA: _("Scanned where the lot is not sold"),
    Reason.MANY_PROVINCES: _("Scanned in several provinces by many telephones"),
    Reason.MORE_THAN_SOLD: _("More packs of the lot were scanned than were sold"),
}
GRADE_WORDS: Final[dict[int, LazyText]] = {
    1: _("Noted"),
    2: _("Buyers are asked to check"),
    3: _("Strong"),
}
