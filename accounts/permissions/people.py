"""What a person may do with one's own account, and who may give roles to others."""

from accounts.actors import Actor


def can_keep_account(actor: Actor) -> bool:
    """Everybody may see to one's own account; asked where the act needs a fresh proof besides."""
    return actor.user_id > 0


def can_manage_people(actor: Actor) -> bool:
    """Whether the person may look people up and give or end roles: administrators."""
    return actor.is_administrator
