"""Remove what nobody needs: photos past their time, files that no row names.

Once an hour, by one process. A file younger than a day is left alone: its row may be on its way.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import structlog

from catalog.files import FileKey
from catalog.kept_files import forget_photos, named_among
from catalog.leaders import lead
from workers.lease import new_holder
from workers.shop import Shop

_log = structlog.get_logger(__name__)

CLEAN_EVERY = timedelta(hours=1)
#: A file is kept before the row that names it is written.
YOUNG = timedelta(days=1)
_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What one round removed."""

    sightings_forgotten: int
    files_removed: int


def clean(shop: Shop) -> Cleaned | None:
    """Clean once; None when it was done within the hour, by whomever."""
    with shop.database.transaction() as session:
        now = shop.clock()
        if not lead(session, "clean", holder=new_holder(), now=now, term=CLEAN_EVERY):
            return None
        forgotten = forget_photos(session, taken_before=now - shop.limits.photos_kept)
    removed = sum(_remove_unnamed(keys, shop) for keys in _old_keys(shop))
    _log.info("cleaned", sightings_forgotten=forgotten, files_removed=removed)
    return Cleaned(forgotten, removed)


def _old_keys(shop: Shop) -> Iterator[list[FileKey]]:
    old = shop.files.kept_before(shop.clock() - YOUNG)
    while some := list(itertools.islice(old, _ASKED_AT_ONCE)):
        yield some


def _remove_unnamed(keys: list[FileKey], shop: Shop) -> int:
    with shop.database.reading() as session:
        named = named_among(session, keys)
    unnamed = [key for key in keys if key not in named]
    for key in unnamed:
        shop.files.forget(key)
    return len(unnamed)
