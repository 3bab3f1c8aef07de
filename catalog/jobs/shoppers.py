"""News for shoppers and for those they ask."""

from sqlalchemy import select

from accounts.models import Membership, User
from accounts.operations.notices import notify_user
from catalog.models import Product
from catalog.models.shoppers import Question
from catalog.operations.shoppers import announce_listing as tell_followers
from core import clock
from core.db import db, transaction
from core.i18n import gettext as _
from core.i18n import speaking
from core.jobs.registry import job

ANSWERING = ("owner", "editor")


@job("catalog.announce_listing")
def announce_listing(product_id: int) -> None:
    """Tell the followers of a producer that it offers a new product."""
    with transaction():
        product = db.session.get(Product, product_id)
        if product is not None:
            tell_followers(product, clock.now())


@job("catalog.announce_question")
def announce_question(question_id: int) -> None:
    """Tell those who answer for the producer that a question waits. The question itself is read in the workspace."""
    with transaction():
        question = db.session.get(Question, question_id)
        if question is None or question.answered_at is not None or question.hidden_at is not None:
            return
        team = (
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.producer_id == question.product.producer_id,
                Membership.ended_at.is_(None),
                Membership.role.in_(ANSWERING),
            )
        )
        for user in db.session.scalars(team):
            with speaking(user.language):
                subject = _("A shopper asks about %(product)s", product=question.product.name)
                text = _("Your workspace shows the question. Everybody sees it once you have answered.")
            notify_user(user.id, subject, text, now=clock.now())


@job("catalog.announce_answer")
def announce_answer(question_id: int) -> None:
    """Tell the asker that there is an answer, unless the asker was erased meanwhile."""
    with transaction():
        question = db.session.get(Question, question_id)
        if question is None or question.author_id is None or question.hidden_at is not None:
            return
        user = db.session.get_one(User, question.author_id)
        with speaking(user.language):
            subject = _("Your question about %(product)s was answered", product=question.product.name)
            text = _("The answer is on the page of the product and in your account.")
        notify_user(user.id, subject, text, now=clock.now())
