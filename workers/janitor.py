"""Remove what nobody needs: photos past their time, files no row names, updates, ended tunings.

Once an hour, by one process. A file younger than a day is left alone: its row may be on its way.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from catalog.files import FileKey
from catalog.kept_files import forget_photos, named_among
from catalog.leaders import lead
from catalog.updates import forget_handled
from workers.lease import new_holder
from workers.shop import Shop
from workers.tuning import discard_settled
from workers.turning import forget_what_was_left

_log = structlog.get_logger(__name__)

CLEAN_EVERY = timedelta(hours=1)
#: A file is kept before the row that names it is written.
YOUNG = timedelta(days=1)
#: Telegram repeats no update that is older than a day; what they hold is private.
UPDATES_KEPT = timedelta(days=2)
_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What one round removed."""

    sightings_forgotten: int
    files_removed: int
    updates_forgotten: int


def clean(shop: Shop) -> Cleaned | None:
    """Clean once; None when it was done within the hour, by whomever."""
    with shop.database.transaction() as session:
        now = shop.clock()
        if not lead(session, "clean", holder=new_holder(), now=now, term=CLEAN_EVERY):
            return None
        forgotten = forget_photos(session, taken_before=now - shop.limits.photos_kept)
        updates = forget_handled(session, before=now - UPDATES_KEPT)
    old = now - YOUNG
    signatures = forget_what_was_left(shop)
    discard_settled(shop)
    removed = sum(_remove_unnamed(keys, shop, old) for keys in _old_keys(shop, old))
    _log.info(
        "cleaned",
        sightings_forgotten=forgotten,
        files_removed=removed,
        updates_forgotten=updates,
        signatures_forgotten=signatures,
    )
    return Cleaned(forgotten, removed, updates)


def _old_keys(shop: Shop, moment: datetime) -> Iterator[list[FileKey]]:
    old = shop.files.kept_before(moment)
    while some := list(itertools.islice(old, _ASKED_AT_ONCE)):
        yield some


def _remove_unnamed(keys: list[FileKey], shop: Shop, moment: datetime) -> int:
    with shop.database.reading() as session:
        named = named_among(session, keys)
    return sum(shop.files.forget_older(key, moment) for key in keys if key not in named)
