"""Which slug of a describer answers: asked before each job, turned when the next one is complete.

A process asks in one indexed read, so that a switch holds for all processes from the next photo on,
and a job sees one slug from start to end. What is coming is opened while its parts are still being
described, so that no photo waits for the switch. The sweeper turns, in one transaction, when the
last part is described; what answered before is described along for catalog's LEFT_KEPT, so that
going back takes no time, and then forgotten.
"""

from dataclasses import replace
from datetime import datetime

import structlog

from catalog.describers_in_use import LEFT_KEPT, InUse, forget_all, in_use, let_go, turn
from catalog.files import FileGone
from catalog.tunings import tunings
from vision import WeightsDamaged
from vision.calibration import calibration_of
from vision.editions import kept_as
from workers.own_networks import NetworksGone
from workers.shop import Shop

_log = structlog.get_logger(__name__)

#: Signatures that are forgotten in one transaction: 40 KB each.
_FORGOTTEN_AT_ONCE = 500
#: What keeps networks from being opened on this machine.
_NOT_TO_BE_HAD = (NetworksGone, FileGone, WeightsDamaged, OSError)


def as_it_is_now(shop: Shop) -> Shop:
    """The shop with the describers in use at this moment.

    Where networks cannot be had, parts are still found by what answered before, if it is kept.
    """
    own = shop.own
    if own is None:
        return shop
    use = own.in_use()
    now = shop.recognition
    if (now.describer.slug, now.slugs) == (use.slug, use.described):
        return shop
    try:
        held, folders = own.opened(use.slug), own.folders(use.described)
    except _NOT_TO_BE_HAD as error:
        _log.error("networks_not_opened", slug=use.slug, cause=str(error))
        return shop
    recognition = replace(
        now,
        describer=held.describer,
        calibration=calibration_of(use.slug),
        slugs=use.described,
        folders=folders,
    )
    return replace(shop, recognition=recognition, index=held.index, recall=held.recall)


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
    if use.coming is None:
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
