"""Measure what confirmed photos change, on labelled photos, before they count.

Each photo is cut out and searched once; what is asked of it then, with and without confirmed
photos, differs in the weighing alone. A photo never helps itself: neither the same bytes, nor the
same name, nor a picture so like it that it must be the same one sent again.
Three tables: as it is; with the photos that people confirmed; and as if the other photos of the
list had been confirmed too, which says something only of parts with two photos or more.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.look_alikes import kin_of
from catalog.parts import names_of, part_named
from catalog.unreadable import Unreadable
from vision import CutOut
from vision.confirmed import SAME_PHOTO, nearness_to, opened, remembered, upright
from vision.networks import SHIPPED
from whoseprint.evaluation import LabelledPhoto
from whoseprint.scores import Answered, score
from workers.catalogue_index import PartMatch
from workers.identify import CANDIDATES, decided, identify_photos
from workers.leanings import NOTHING_EXPECTED, WEIGHED, Expected, Weighed
from workers.recall import NOTHING_RECALLED, RecalledPhotos, joined
from workers.shop import Shop
from workers.twins import twins_among, untold


@dataclass(frozen=True, slots=True, kw_only=True)
class Studied:
    """A photo after the search; its pixels are let go.

    Attributes:
        cut_out: what a decision needs of it; None: no print was found, or no picture.
        vector: its own, to be compared with confirmed photos; own: what would be kept of it.
    """

    photo: LabelledPhoto
    key: str
    cut_out: CutOut | None = None
    matches: tuple[PartMatch, ...] = ()
    vector: NDArray[np.float32] | None = None
    own: bytes = b""

    def search(self, _cut_outs: Sequence[CutOut], k: int) -> list[PartMatch]:
        """What was found already."""
        return list(self.matches[:k])


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What confirmed photos say, worked out before."""

    odds: Mapping[int, float]

    def odds_of(self, _cut_outs: Sequence[CutOut]) -> Mapping[int, float]:
        """The same for all cut-outs."""
        return self.odds


def study(photos: Sequence[LabelledPhoto], *, shop: Shop) -> Iterator[Studied]:
    """Cut out and search each photo, once, with nothing expected."""
    plain = replace(shop, leanings=NOTHING_EXPECTED, recall=None)
    networks = SHIPPED if shop.recall is None else shop.recall.networks
    for photo in photos:
        content = photo.path.read_bytes()
        key = sha256(content).hexdigest()
        try:
            found = identify_photos([content], shop=plain, k=WEIGHED)
        except Unreadable:
            yield Studied(photo=photo, key=key)
            continue
        if not found.cut_outs:
            yield Studied(photo=photo, key=key)
            continue
        cut_out = found.cut_outs[0]
        yield Studied(
            photo=photo,
            key=key,
            cut_out=replace(cut_out, rgb=cut_out.rgb[:1, :1], mask=cut_out.mask[:1, :1]),
            matches=found.matches,
            vector=upright(cut_out, networks),
            own=remembered(cut_out, networks),
        )


def figures(studied: Sequence[Studied], *, shop: Shop) -> dict[str, Any]:
    """The object that `whoseprint learn --json` prints."""
    verdicts = NOTHING_RECALLED if shop.recall is None else shop.recall.everything()
    listed = _as_if_confirmed(studied, shop)
    taken = Counter(each.photo.truth for each in studied)
    again = [each for each in studied if taken[each.photo.truth] > 1]
    before = _answers(studied, NOTHING_RECALLED, shop)
    after = _answers(studied, verdicts, shop)
    return {
        "confirmed_photos": len(verdicts.part_ids),
        "confirmed_parts": len(set(verdicts.part_ids)),
        "no_such_parts": _unknown_names(studied, shop),
        "without": _scored(before, shop),
        "with_verdicts": _scored(after, shop),
        "changed": [
            told
            for one, other in zip(before, after, strict=True)
            if (told := _change(one, other)) is not None
        ],
        "parts_twice": {
            "without": _scored(_answers(again, NOTHING_RECALLED, shop), shop),
            "with_verdicts": _scored(_answers(again, verdicts, shop), shop),
            "as_if_confirmed": _scored(_answers(again, joined([verdicts, listed]), shop), shop),
        }
        if again
        else None,
    }


def _unknown_names(studied: Sequence[Studied], shop: Shop) -> list[str]:
    """Labels that name no part: their photos count as wrong, whatever is said of them."""
    with shop.database.reading() as session:
        unknown = {
            each.photo.truth
            for each in studied
            if not any(
                part_named(session, name) for name in (each.photo.truth, *each.photo.acceptable)
            )
        }
    return sorted(unknown)


def _change(before: Answered, after: Answered) -> dict[str, Any] | None:
    """What confirmed photos change about one photo's first name, or about naming it alone."""
    if (before.names[:1], before.outcome) == (after.names[:1], after.outcome):
        return None
    return {
        "photo": after.photo,
        "truth": after.truth,
        "before": _said(before),
        "after": _said(after),
    }


def _said(answered: Answered) -> dict[str, Any]:
    return {
        "first": next(iter(answered.names), None),
        "right": answered.lenient_rank == 1,
        "outcome": answered.outcome.value,
    }


def speaks(studied: Studied, photos: RecalledPhotos) -> Mapping[int, float]:
    """By part, what confirmed photos say of this one, itself left out."""
    if studied.vector is None or not photos.part_ids:
        return {}
    near = nearness_to(studied.vector, photos.photos)
    itself = [
        label == studied.photo.name or any(key.endswith(studied.key) for key in keys)
        for label, keys in zip(photos.labels, photos.photo_keys, strict=True)
    ]
    near[np.array(itself) | (near >= SAME_PHOTO)] = -1
    return photos.odds_from(near)


def _as_if_confirmed(studied: Sequence[Studied], shop: Shop) -> RecalledPhotos:
    """The list's photos with the parts that their labels name."""
    with shop.database.reading() as session:
        parts = {each.photo.truth: part_named(session, each.photo.truth) for each in studied}
    known = [(each, parts[each.photo.truth]) for each in studied if each.own]
    named = [(each, part.id) for each, part in known if part is not None]
    with shop.database.reading() as session:
        kin = kin_of(session, {part_id for _, part_id in named})
    return RecalledPhotos(
        kin=kin,
        part_ids=tuple(part_id for _, part_id in named),
        labels=tuple(each.photo.name for each, _ in named),
        photos=opened([each.own for each, _ in named]),
        photo_keys=tuple(frozenset() for _ in named),
    )


def _answers(studied: Sequence[Studied], photos: RecalledPhotos, shop: Shop) -> list[Answered]:
    return [_answered(each, photos, shop) for each in studied]


def _scored(answered: Sequence[Answered], shop: Shop) -> dict[str, Any]:
    slug = shop.recognition.describer.slug
    told = score(answered, parts=shop.index.current().parts, describer=slug)
    kept = ("photos", "top1", "top3", "top10", "accepted", "accepted_wrong", "unknown")
    return {name: told[name] for name in kept}


def _answered(studied: Studied, photos: RecalledPhotos, shop: Shop) -> Answered:
    calibration = shop.recognition.calibration
    catalogue = Weighed(
        studied,
        Expected(leanings=NOTHING_EXPECTED),
        temperature=calibration.temperature,
        recalls=_Spoken(speaks(studied, photos)),
    )
    cut_outs = [] if studied.cut_out is None else [studied.cut_out]
    matches = catalogue.search(cut_outs, CANDIDATES)
    not_told = untold(twins_among(matches, shop=shop))  # as in the chat, which then asks
    decision = decided(matches, cut_outs, calibration, not_told)
    ids = [match.part_id for match in matches]
    with shop.database.reading() as session:
        named = names_of(session, ids)
    return Answered(
        photo=studied.photo.name,
        truth=studied.photo.truth,
        acceptable=studied.photo.acceptable,
        difficulty=studied.photo.difficulty,
        names=tuple(named[part_id] for part_id in ids),
        outcome=decision.outcome,
        elapsed_ms=0.0,
    )
