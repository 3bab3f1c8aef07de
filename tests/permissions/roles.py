"""Who may come: one person of each kind, and what a permission says of them without any database.

Everything that a route is asked for belongs to «our producer», whose province is Vĩnh Long, or to «the shopper».
"""

from collections.abc import Callable
from typing import Final

from accounts.actors import Actor, Post, Team

OURS: Final = 1
THEIRS: Final = 2
PROVINCE: Final = "86"
COMMUNE: Final = "28789"
ELSEWHERE: Final = "15"

# Who, what the table calls them, and as whom they act.
ROLES: Final[dict[str, tuple[str, Actor | None]]] = {
    "signed_out": ("Signed out", None),
    "shopper": ("Shopper", Actor(user_id=1)),
    "owner": ("Owner", Actor(user_id=2, teams=(Team(OURS, "owner"),))),
    "editor": ("Editor", Actor(user_id=3, teams=(Team(OURS, "editor"),))),
    "packer": ("Packer", Actor(user_id=4, teams=(Team(OURS, "packer"),))),
    "rival": ("Owner of another producer", Actor(user_id=5, teams=(Team(THEIRS, "owner"),))),
    "commune": ("Officer of the commune", Actor(user_id=6, posts=(Post("commune", PROVINCE, COMMUNE),))),
    "province": ("Officer of the province", Actor(user_id=7, posts=(Post("province", PROVINCE),))),
    "elsewhere": ("Officer of another province", Actor(user_id=8, posts=(Post("province", ELSEWHERE),))),
    "nation": ("Officer of the nation", Actor(user_id=9, posts=(Post("nation"),))),
    "organiser": ("Organiser", Actor(user_id=10, is_organiser=True)),
    "administrator": ("Administrator", Actor(user_id=11, is_administrator=True)),
}
EVERYONE: Final = frozenset(ROLES)
SIGNED_IN: Final = EVERYONE - {"signed_out"}
TEAM: Final = frozenset({"owner", "editor", "packer"})
WRITERS: Final = frozenset({"owner", "editor"})
OWNERS: Final = frozenset({"owner"})
SHOPPER: Final = frozenset({"shopper"})
AREA: Final = frozenset({"commune", "province", "nation"})
DECIDING: Final = frozenset({"province", "nation"})
THE_PROVINCE: Final = frozenset({"province"})
ADMINISTRATORS: Final = frozenset({"administrator"})
OFFICERS: Final = frozenset({"commune", "province", "elsewhere", "nation"})
NEEDING_SECOND_FACTOR: Final = OFFICERS | {"organiser", "administrator"}


def let_in_by(permission: Callable[[Actor], bool]) -> frozenset[str]:
    """The roles of which `permission` is true."""
    return frozenset(
        role for role, (_label, actor) in ROLES.items() if actor is not None and permission(actor)
    )
