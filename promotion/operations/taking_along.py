"""Taking packs along to a booth, from the form in the workspace: once, however often the form is sent."""

from collections.abc import Mapping
from datetime import datetime

from accounts.actors import Actor
from orders.operations.slices import allot
from orders.queries.slices import find_last_carried
from promotion.errors.counter import BoothChangedError
from promotion.models.fairs import Participation
from promotion.operations.devices import lock_booth
from promotion.queries.counter import place_of


def carry_to_booth(
    booth: Participation, packs: Mapping[int, int], *, seen_id: int, by: Actor, now: datetime
) -> None:
    """Take packs along to the booth.

    packs: by number of the variant, the producer's own. seen_id: the last row of packs carried there when the form was
    made (0: none). The form sent twice by one person counts once. Raises BoothChangedError where other packs were
    carried there since; ShortStockError, InvalidSliceError as `allot` does; then nothing has changed.
    """
    lock_booth(booth.id)
    place = place_of(booth.id)
    last = find_last_carried(place)
    if last.id != seen_id:
        if last.by_id == by.user_id and last.packs == packs:
            return
        raise BoothChangedError(booth_id=booth.id)
    allot(place, packs, by=by, now=now)
