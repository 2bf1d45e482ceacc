"""Which slug of a describer answers: asked before each job, turned when the next one is complete.

A process asks in one indexed read, so that a switch holds for all processes from the next photo on,
and a job sees one slug from start to end. What is coming is opened while its parts are still being
described, so that no photo waits for the switch. The sweeper turns, in one transaction, when the
last part is described; what answered before is described along for catalog's LEFT_KEPT, so that
going back takes no time, and then forgotten. Networks that are lost are left as an admin would.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog

from catalog.describers_in_use import (
    LEFT_KEPT,
    InUse,
    call_off,
    forget_all,
    in_use,
    let_come,
    let_go,
    turn,
)
from catalog.tunings import tunings
from vision.calibration import calibration_of
from vision.editions import kept_as
from workers.own_networks import LOST, OwnNetworks
from workers.shop import Shop

_log = structlog.get_logger(__name__)

#: Signatures that are forgotten in one transaction: 40 KB each.
_FORGOTTEN_AT_ONCE = 500
#: What keeps networks from being opened on this machine.
_NOT_TO_BE_HAD = (*LOST, OSError)


def as_it_is_now(shop: Shop) -> Shop:
    """The shop with the describers in use at this moment.

    Where the networks that answer cannot be had, parts are found by what answered before, or by the
    shipped ones; whether enough of them are described for that, each search asks
    (workers/catalogue_index.py).
    """
    own = shop.own
    if own is None:
        return shop
    use = own.in_use()
    at_hand = _at_hand(use, own)
    answering = use.slug if use.slug in at_hand else _instead(use, at_hand)
    slugs = tuple(dict.fromkeys((answering, *at_hand)))
    now = shop.recognition
    if (now.describer.slug, now.slugs) == (answering, slugs):
        return shop
    held = own.opened(answering)
    recognition = replace(
        now,
        describer=held.describer,
        calibration=calibration_of(answering),
        slugs=slugs,
        folders={slug: folder for slug, folder in at_hand.items() if folder is not None},
    )
    return replace(shop, recognition=recognition, index=held.index, recall=held.recall)


def _at_hand(use: InUse, own: OwnNetworks) -> dict[str, Path | None]:
    """Those of what parts are described for whose networks can be had, with their folders."""
    found = {}
    for slug in use.described:
        try:
            found[slug] = own.folder(slug)
        except _NOT_TO_BE_HAD as error:
            _log.error("networks_not_opened", slug=slug, cause=str(error))
    return found


def _instead(use: InUse, at_hand: Mapping[str, Path | None]) -> str:
    return use.left if use.left is not None and use.left in at_hand else use.family


def leave_what_is_lost(shop: Shop) -> None:
    """Where networks are lost for good, let the shipped ones come; nobody waits for lost ones."""
    own = shop.own
    if own is None:
        return
    use = own.in_use()
    lost = {slug for slug in use.described if own.is_lost(slug)}
    if not lost:
        return
    _log.error("networks_lost", slugs=sorted(lost))
    with shop.database.transaction() as session:
        if in_use(session, use.family) != use:
            return  # somebody decided otherwise meanwhile
        if use.left in lost:
            let_go(session, use)
        if use.coming in lost:
            call_off(session, use.family)
        if use.slug in lost and (use.coming is None or use.coming in lost):
            let_come(session, use.family, use.family, now=shop.clock())


def open_what_comes(shop: Shop) -> None:
    """Bring the index of what is coming up to date, in a process that has the present one open."""
    own = shop.own
    if own is None:
        return
    use = own.in_use()
    own.close_all_but((own.family, *use.described))
    try:
        if use.coming is not None and own.opened(use.slug).index.is_open:
            own.opened(use.coming).index.current()
    except _NOT_TO_BE_HAD as error:
        _log.error("networks_not_opened", slug=use.coming, cause=str(error))


def turn_when_described(shop: Shop) -> bool:
    """Let what is coming answer, when every part is described for it; whether it does now."""
    if shop.own is None:
        return False
    use = shop.own.in_use()
    if use.coming is None or shop.own.is_lost(use.coming):
        return False
    with shop.database.transaction() as session:
        turned = turn(
            session, use, old=kept_as(use.slug), new=kept_as(use.coming), now=shop.clock()
        )
    if turned:
        _log.info("describer_turned", left=use.slug, answering=use.coming)
    return turned


def forget_what_was_left(shop: Shop) -> int:
    """Forget signatures of slugs that are not described any more; how many there were."""
    if shop.own is None:
        return 0
    use = shop.own.in_use()
    if use.turned_at is None:  # the shipped one has answered ever since
        return 0
    if use.left is not None and _is_over(use, shop.clock()):
        with shop.database.transaction() as session:
            let_go(session, use)
    with shop.database.reading() as session:
        use = in_use(session, use.family)
        known = {each.slug for each in tunings(session, use.family) if each.slug is not None}
    unused = (known | {use.family}) - set(use.described)
    return sum(_forgotten(kept_as(slug), shop) for slug in sorted(unused))


def _is_over(use: InUse, now: datetime) -> bool:
    return use.turned_at is not None and now - use.turned_at >= LEFT_KEPT


def _forgotten(name: str, shop: Shop) -> int:
    total = 0
    while True:
        with shop.database.transaction() as session:
            some = forget_all(session, name, limit=_FORGOTTEN_AT_ONCE)
        total += some
        if some < _FORGOTTEN_AT_ONCE:
            return total
