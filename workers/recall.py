"""Confirmed photos, kept in memory, up to date, and compared with a new one.

Whether they count is a switch of the shop's (`whoseprint learn`); it and the list of verdicts are
asked for before each search, in two indexed reads, and only new photos are loaded. What another
edition of the describer remembered is not read.
A confirmed photo speaks for its part's look-alikes as well: two photos of mirror twins are as like
as two of one part, so that likeness to a photo must never decide between them.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from catalog.confirmed import remembered, remembered_ids
from catalog.database import Database
from catalog.files import FileKey
from catalog.look_alikes import kin_of
from catalog.switches import Turnable, is_on
from vision import CutOut
from vision.confirmed import nearness_to, odds, opened, upright
from vision.editions import kept_as
from vision.networks import SHIPPED, Networks

#: Photos read in one query: 2 KB each.
_READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalledPhotos:
    """Confirmed photos (N, ...) as vision keeps them, and the part of each.

    Attributes:
        labels: what each is called; photo_keys: the pictures it was made from.
        networks: whose vectors they are.
        kin: by part, those it can be taken for.
    """

    part_ids: tuple[int, ...]
    labels: tuple[str, ...]
    photos: NDArray[np.int8]
    photo_keys: tuple[frozenset[FileKey], ...]
    networks: Networks = SHIPPED
    kin: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def odds_of(self, cut_outs: Sequence[CutOut]) -> Mapping[int, float]:
        """By part, the word of the photo likest to it or to a look-alike of its.

        Of several cut-outs of one print the mean is taken.
        """
        if not self.part_ids or not cut_outs:
            return {}
        near = [nearness_to(upright(each, self.networks), self.photos) for each in cut_outs]
        return self.odds_from(np.mean(near, axis=0, dtype=np.float32))

    def odds_from(self, cosines: NDArray[np.float32]) -> Mapping[int, float]:
        """The same of likenesses (N,) that are known."""
        found: dict[int, float] = {}
        for part_id, speaks in zip(self.part_ids, odds(cosines).tolist(), strict=True):
            for each in (part_id, *self.kin.get(part_id, ())):
                found[each] = max(found.get(each, 0.0), speaks)
        return found


NOTHING_RECALLED = RecalledPhotos(part_ids=(), labels=(), photos=opened([]), photo_keys=())


class Recall:
    """The confirmed photos of one describer; safe to share between threads."""

    def __init__(self, database: Database, slug: str, networks: Networks = SHIPPED) -> None:
        self._database, self._name, self._networks = database, kept_as(slug), networks
        self._refreshing = threading.Lock()
        self._held: dict[int, RecalledPhotos] = {}
        self._all = NOTHING_RECALLED

    @property
    def networks(self) -> Networks:
        """Whose vectors are compared."""
        return self._networks

    def current(self) -> RecalledPhotos:
        """What counts now; nothing while it is switched off."""
        with self._database.reading() as session:
            if not is_on(session, Turnable.VERDICTS):
                return NOTHING_RECALLED
        return self.everything()

    def everything(self) -> RecalledPhotos:
        """All that is remembered, whether it counts or not."""
        with self._refreshing:
            with self._database.reading() as session:
                ids = remembered_ids(session, self._name)
            if ids != tuple(self._held):
                self._held = self._refreshed(ids)
                self._all = joined(list(self._held.values()), self._networks)
            with self._database.reading() as session:
                kin = kin_of(session, set(self._all.part_ids))
            if kin != self._all.kin:
                self._all = replace(self._all, kin=kin)
            return self._all

    def _refreshed(self, ids: Sequence[int]) -> dict[int, RecalledPhotos]:
        new = [verdict_id for verdict_id in ids if verdict_id not in self._held]
        loaded = dict(self._held)
        for start in range(0, len(new), _READ_AT_ONCE):
            with self._database.reading() as session:
                rows = remembered(session, self._name, new[start : start + _READ_AT_ONCE])
            for row in rows:
                loaded[row.verdict_id] = RecalledPhotos(
                    part_ids=(row.part_id,),
                    labels=(str(row.verdict_id),),
                    photos=opened([row.data]),
                    photo_keys=(row.photo_keys,),
                )
        return {verdict_id: loaded[verdict_id] for verdict_id in ids if verdict_id in loaded}


def joined(several: Sequence[RecalledPhotos], networks: Networks = SHIPPED) -> RecalledPhotos:
    """All of them in one."""
    if not several:
        return NOTHING_RECALLED
    return RecalledPhotos(
        part_ids=tuple(part_id for each in several for part_id in each.part_ids),
        labels=tuple(label for each in several for label in each.labels),
        photos=np.concatenate([each.photos for each in several]),
        photo_keys=tuple(keys for each in several for keys in each.photo_keys),
        networks=networks,
        kin={part_id: others for each in several for part_id, others in each.kin.items()},
    )
