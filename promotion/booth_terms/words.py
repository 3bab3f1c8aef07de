"""What is told of an item, in the language spoken now: one sentence for its outcome and one for each notice."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.i18n import format_money, speaking
from core.i18n import gettext as _
from promotion.booth_terms.rules import Notice


def item_words(outcome: str, told: Iterable[Any], language: str) -> str:
    """All that is worth telling of an item. told: pairs of a notice and its facts."""
    with speaking(language):
        sentences = [_notice(Notice(name), facts) for name, facts in told]
        return " ".join([_outcome(outcome), *sentences])


def _outcome(outcome: str) -> str:
    if outcome == "booked":
        return _("Booked.")
    if outcome == "conflict":
        return _("Kept, not booked yet: somebody of the team decides in the workspace.")
    return _("Not booked.")


def _notice(notice: Notice, facts: Mapping[str, Any]) -> str:
    sentences = _about_goods(notice, facts) or _about_money(notice, facts) or _about_item(notice, facts)
    return sentences or _("Look at the page of the booth in the workspace.")


def _about_goods(notice: Notice, facts: Mapping[str, Any]) -> str:
    name, packs = facts.get("name", ""), facts.get("packs", 0)
    match notice:
        case Notice.FROM_SHOP:
            return _("%(packs)s packs of %(name)s came out of the shop's stock.", packs=packs, name=name)
        case Notice.SHORT:
            return _("%(packs)s packs of %(name)s are missing in the books.", packs=packs, name=name)
        case Notice.RECALLED:
            return _(
                "RECALL: %(name)s is being recalled. Stop selling it, and tell the buyer if you can.",
                name=name,
            )
        case Notice.WITHDRAWN:
            return _("%(name)s is not offered any more. Do not sell more of it.", name=name)
        case Notice.CODE:
            return _code(str(facts.get("code", "")), str(facts.get("reason", "")))
        case Notice.KEPT_IN_SHOP:
            return _("The goods stay in the shop's stock: orders took what was free there.")
        case Notice.PACKS:
            if packs > 0:
                return _("%(name)s: %(packs)s packs more than in the books.", name=name, packs=packs)
            return _("%(name)s: %(packs)s packs fewer than in the books.", name=name, packs=-packs)
        case Notice.MOVED:
            return _(
                "%(name)s: packs were taken along, brought back or counted again after this count. It is written"
                " down, and the books of the goods stay as they are: count again if they are wrong.",
                name=name,
            )
        case _:
            return ""


def _about_money(notice: Notice, facts: Mapping[str, Any]) -> str:
    match notice:
        case Notice.PRICE:
            return _(
                "%(name)s was sold at %(sold)s; its price today is %(today)s.",
                name=facts["name"],
                sold=format_money(facts["sold_vnd"]),
                today=format_money(facts["today_vnd"]),
            )
        case Notice.FREIGHT:
            return _(
                "Sending costs %(today)s today; %(sold)s was taken for it.",
                sold=format_money(facts["sold_vnd"]),
                today=format_money(facts["today_vnd"]),
            )
        case Notice.NO_WAY:
            return _(
                "No carrier takes this parcel to that place just now: send it yourself or call the buyer."
            )
        case Notice.GIVEN:
            return _("The buyer handed over less than the sum.")
        case Notice.NO_ACCOUNT:
            return _("No account of yours is on record: check that the transfer came in.")
        case Notice.CASH:
            return _cash(int(facts["difference_vnd"]))
        case _:
            return ""


def _about_item(notice: Notice, facts: Mapping[str, Any]) -> str:
    sentences = {
        Notice.CLOCK: _("The telephone's clock is wrong: the time of arrival counts."),
        Notice.TAKEN_OVER: _("It came after another telephone had taken over."),
        Notice.UNDONE: _("The sale was undone. Give the money back if you have not."),
        Notice.UNDONE_BEFORE: _("The sale was undone before."),
        Notice.NOT_HAPPENED: _("It was settled that this sale did not happen."),
        Notice.FOREIGN: _("It holds goods that are not of this producer."),
        Notice.REFERENCE: _("Its code is not one that this telephone may use, or it was used before."),
        Notice.ID_TAKEN: _("Its number belongs to something else."),
        Notice.ADDRESS: _(
            "The address or the telephone number of the buyer cannot be right. Enter it again."
        ),
        Notice.PHONE: _("The buyer's number is no mobile number of Vietnam: no message was sent."),
        Notice.COUNTED: _(
            "%(name)s: this was done before the last count, so what was counted stays.",
            name=facts.get("name", ""),
        ),
        Notice.NOT_FOUND: _("There is no such sale here."),
        Notice.OTHER_DAY: _("It is of another day: take the goods back as a return instead."),
        Notice.GONE: _("The goods have left, or money went back already."),
        Notice.ASKED_BACK: _(
            "The buyer asked for a return of this sale: settle that return at the order desk instead."
        ),
        Notice.SHAPE: _("It cannot be read (%(field)s).", field=facts.get("field", "")),
    }
    return sentences.get(notice, "")


def _cash(difference_vnd: int) -> str:
    if difference_vnd == 0:
        return _("The cash is right to the đồng.")
    if difference_vnd > 0:
        return _("There is %(amount)s more in the box than expected.", amount=format_money(difference_vnd))
    return _("There is %(amount)s less in the box than expected.", amount=format_money(-difference_vnd))


def _code(code: str, reason: str) -> str:
    if reason == "recalled":
        return _("RECALL: the pack with the code %(code)s is being recalled.", code=code)
    if reason in {"bound", "sold"}:
        return _("The code %(code)s is on goods of another order already.", code=code)
    return _("The code %(code)s was not bound to the sale.", code=code)
