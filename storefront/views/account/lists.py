"""What a shopper keeps: favourites, producers followed, questions asked."""

from flask import redirect, render_template
from werkzeug.wrappers import Response

from accounts.access import current_actor, signed_in
from catalog.operations.shoppers import drop_favourite, follow_producer, keep_favourite, unfollow_producer
from catalog.queries.cards import get_cards
from catalog.queries.product import get_listed_product
from catalog.queries.questions import list_own_questions
from catalog.queries.shoppers import (
    get_producer,
    is_favourite,
    is_following,
    list_favourite_ids,
    list_followed_producers,
)
from core import clock
from core.db import transaction
from storefront.views.frame import local_url


@signed_in
def account_favourites() -> str:
    """Products kept in mind."""
    cards = get_cards(list_favourite_ids(current_actor().user_id), clock.today())
    return render_template("storefront/account_favourites.html", cards=cards)


@signed_in
def favourite(slug: str) -> str:
    """One press to keep a product; a page of its own, for the product's page is the same for everybody."""
    product = get_listed_product(slug)
    is_kept = is_favourite(current_actor().user_id, product.id)
    return render_template("storefront/favourite.html", product=product, is_kept=is_kept)


@signed_in
def favourite_create(slug: str) -> Response:
    """Keep it."""
    with transaction():
        keep_favourite(get_listed_product(slug), by=current_actor(), now=clock.now())
    return redirect(local_url("/account/favourites"), 303)


@signed_in
def favourite_deletion_create(slug: str) -> Response:
    """Keep it no longer."""
    with transaction():
        drop_favourite(get_listed_product(slug).id, by=current_actor())
    return redirect(local_url("/account/favourites"), 303)


@signed_in
def account_follows() -> str:
    """Producers followed."""
    followed = list_followed_producers(current_actor().user_id)
    return render_template("storefront/account_follows.html", producers=followed)


@signed_in
def follow(slug: str) -> str:
    """One press to hear of a producer's news."""
    producer = get_producer(slug)
    is_followed = is_following(current_actor().user_id, producer.id)
    return render_template("storefront/follow.html", producer=producer, is_followed=is_followed)


@signed_in
def follow_create(slug: str) -> Response:
    """Follow."""
    with transaction():
        follow_producer(get_producer(slug), by=current_actor(), now=clock.now())
    return redirect(local_url("/account/follows"), 303)


@signed_in
def follow_deletion_create(slug: str) -> Response:
    """Follow no longer."""
    with transaction():
        unfollow_producer(get_producer(slug).id, by=current_actor())
    return redirect(local_url("/account/follows"), 303)


@signed_in
def account_questions() -> str:
    """What the person asked, and the answers."""
    asked = list_own_questions(current_actor().user_id)
    return render_template("storefront/account_questions.html", questions=asked)
