"""People and their roles, from the command line of the machine itself."""

import secrets
from typing import Final

import click
from flask import current_app
from sqlalchemy import select

from accounts import totp
from accounts.actors import Actor
from accounts.contacts import Contact, ContactKind, find_contact
from accounts.errors import (
    ContactTakenError,
    ErasureBlockedError,
    RoleConflictError,
    UserNotFoundError,
    WeakPasswordError,
)
from accounts.models import OfficeLevel, Role, RoleGrant, User
from accounts.operations.first_people import make_administrator
from accounts.operations.passwords import LENGTH_MAX, LENGTH_MIN, hash_new_password
from accounts.operations.releases import release_contact
from accounts.operations.roles import RoleFacts, end_role, grant_role
from accounts.operations.second_factor import find_secret
from accounts.operations.sign_up import NewPerson
from accounts.queries.actors import get_actor
from accounts.queries.people import find_user_by_contact
from core import clock
from core.cli import trouble_told
from core.config import Settings
from core.db import db, transaction
from core.text import clean_text

GENERATED_WORDS: Final = 5
_SYLLABLES: Final = [consonant + vowel for consonant in "bcdghlmnrtv" for vowel in "aeiou"]


@click.command("create-admin")
@click.option("--phone", help="Mobile number of the administrator.")
@click.option("--email", help="E-mail address of the administrator.")
@click.option("--name", prompt="Name", help="As colleagues know the person.")
@click.option(
    "--ask-password", is_flag=True, help="Ask for a password; otherwise one is made and printed once."
)
def create_admin(phone: str | None, email: str | None, name: str, *, ask_password: bool) -> None:
    """Make an account that is an administrator's: for the first start."""
    contacts = tuple(
        _contact(text, kind)
        for text, kind in ((phone, ContactKind.PHONE), (email, ContactKind.EMAIL))
        if text
    )
    if not contacts:
        raise click.UsageError("Say --phone, --email or both: the account must be reached by something.")
    typed = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else _words()
    try:
        password_hash = hash_new_password(typed, (name, *(each.value for each in contacts)))
    except WeakPasswordError as error:
        raise click.ClickException(_weak(str(error.reason))) from None
    person = NewPerson(name=name, contacts=contacts, password_hash=password_hash)
    try:
        with trouble_told(), transaction():
            make_administrator(person, now=clock.now())
    except ContactTakenError:
        raise click.ClickException(
            "Another account has this number or address. Nothing was changed."
        ) from None
    click.echo(f"Administrator {name}: sign in with {contacts[0].value}.")
    if not ask_password:
        click.echo(f"Password, told this once: {typed}")
    click.echo("The second step (an authenticator app) is set up at the first sign-in.")


@click.command("grant")
@click.argument("who")
@click.argument("role", type=click.Choice([each.value for each in Role]))
@click.option(
    "--level", default="", type=click.Choice(["", *(each.value for each in OfficeLevel)]), show_default=False
)
@click.option(
    "--province", default="", help="Code of the province of today, for officers of a province or commune."
)
@click.option("--commune", default="", help="Code of the commune of today, for officers of a commune.")
@click.option("--reason", required=True, help="On what it rests, such as the number of the assignment.")
@click.option(
    "--by", "administrator", required=True, help="Number or address of the administrator who gives it."
)
def grant(
    who: str, role: str, level: str, province: str, *, commune: str, reason: str, administrator: str
) -> None:
    """Give the account WHO (its number or address) a role."""
    facts = RoleFacts(role=role, level=level, province_code=province, commune_code=commune)
    with trouble_told():
        user, by = _user(who), _administrator(administrator)
        try:
            with transaction():
                number = grant_role(user.id, facts, reason=reason, by=by, now=clock.now()).id
        except RoleConflictError as error:
            raise click.ClickException(f"Not given: {error.reason}. Nothing was changed.") from None
    click.echo(f"Role {number} was given.")


@click.command("end-grant")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it ends.")
@click.option(
    "--by", "administrator", required=True, help="Number or address of the administrator who ends it."
)
def end_grant(number: int, reason: str, administrator: str) -> None:
    """End the role NUMBER (see `flask accounts grants`)."""
    with trouble_told():
        by = _administrator(administrator)
        try:
            with transaction():
                end_role(number, reason=reason, by=by, now=clock.now())
        except UserNotFoundError:
            raise click.ClickException(f"No role has the number {number}.") from None
        except RoleConflictError as error:
            raise click.ClickException(f"Not ended: {error.reason}. Nothing was changed.") from None
    click.echo(f"Role {number} has ended.")


@click.command("grants")
def grants() -> None:
    """Roles that are held, with their numbers."""
    with trouble_told():
        held = select(RoleGrant).where(RoleGrant.ended_at.is_(None)).order_by(RoleGrant.id)
        for each in db.session.scalars(held):
            area = " ".join(text for text in (each.level, each.province_code, each.commune_code) if text)
            click.echo(f"{each.id:>6}  account {each.user_id:<6} {each.role} {area}".rstrip())


@click.command("release-contact")
@click.argument("who")
@click.option("--reason", required=True, help="What you saw that shows whose it is now.")
@click.option(
    "--by", "administrator", required=True, help="Number or address of the administrator who does it."
)
def release(who: str, reason: str, administrator: str) -> None:
    """Take WHO, a number or address that is somebody else's by now, off the account that has it."""
    with trouble_told():
        contact, user, by = find_contact(who), _user(who), _administrator(administrator)
        number = user.id
        if contact is None or not clean_text(reason):
            raise click.UsageError("--reason: say what you saw.")
        try:
            with transaction():
                wish = release_contact(user, contact, reason=clean_text(reason), by=by, now=clock.now())
                due = f"{wish.due_at.astimezone(clock.VIETNAM):%d.%m.%Y %H:%M}" if wish else ""
        except ErasureBlockedError as error:
            raise click.ClickException(
                f"Nothing else leads to account {number}, and it cannot be erased: it alone owns the producers"
                f" {error.facts['producer_ids']}, or holds a role ({error.facts['has_office']})."
                " Have these ended first."
            ) from None
    if due:
        click.echo(f"Nothing else leads to account {number}: it is erased on {due}, and {who} is free then,")
        click.echo("unless its owner signs in and takes that back.")
    else:
        click.echo(f"{who} was taken off account {number} and is free.")


@click.command("code")
@click.argument("who")
def code(who: str) -> None:
    """The code that the authenticator app of a demonstration account shows now; not in production."""
    settings: Settings = current_app.extensions["settings"]
    if settings.is_production:
        raise click.ClickException("Codes are shown for demonstrations only, never in production.")
    with trouble_told():
        user = _user(who)
        secret = find_secret(user.id, settings.keys) if user.is_demonstration else None
    if secret is None:
        raise click.ClickException("This is no demonstration account with a second step.")
    click.echo(totp.code_at(secret, clock.now()))


COMMANDS: Final = (create_admin, grant, end_grant, grants, release, code)


def _contact(text: str, kind: ContactKind) -> Contact:
    contact = find_contact(text)
    if contact is None or contact.kind is not kind:
        raise click.UsageError(f"--{kind.value}: {text!r} cannot be used.")
    return contact


def _user(who: str) -> User:
    contact = find_contact(who)
    user = find_user_by_contact(contact) if contact else None
    if user is None:
        raise click.ClickException(f"No account has {who!r}.")
    return user


def _administrator(who: str) -> Actor:
    actor = get_actor(_user(who).id)
    if not actor.is_administrator:
        raise click.ClickException(f"{who!r} is no administrator.")
    return actor


def _words() -> str:
    """Fifteen syllables of two letters: 86 random bits, easy to copy from a screen."""
    return "-".join("".join(secrets.choice(_SYLLABLES) for _ in range(3)) for _ in range(GENERATED_WORDS))


def _weak(reason: str) -> str:
    return {
        "too_short": f"The password needs at least {LENGTH_MIN} characters.",
        "too_long": f"The password has room for {LENGTH_MAX} characters.",
        "common": "Many people use this password, or it is a name or number of the account. Take another one.",
    }[reason]
