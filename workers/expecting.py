"""What a shop expects of a photo, read from its tables before the search.

Knows ids only. Read afresh for each photo: an order that was completed a moment ago counts no more.
"""

from sqlalchemy.orm import Session

from catalog.batches import narrowed, parts_of
from catalog.orders import wanted_parts
from workers.leanings import Closely, Expected, Searches, Weighed
from workers.shop import Shop

#: Parts of a batch that are compared to the end; a larger one leans alone.
CLOSELY_MOST = 60


def expecting(batch: frozenset[int] | None, *, shop: Shop) -> Weighed:
    """The catalogue as it is now, weighed with open orders, a batch and confirmed photos."""
    wanted = None
    if shop.leanings.open_orders > 1:
        with shop.database.reading() as session:
            wanted = wanted_parts(session)
    catalogue: Searches = shop.index.current()
    if batch is not None and shop.leanings.batch > 1 and len(batch) <= CLOSELY_MOST:
        catalogue = Closely(catalogue, shop.index.among(batch), parts=len(batch))
    return Weighed(
        catalogue,
        Expected(leanings=shop.leanings, wanted=wanted, batch=batch),
        temperature=shop.recognition.calibration.temperature,
        recalls=None if shop.recall is None else shop.recall.current(),
    )


def batch_of_sighting(session: Session, sighting_id: int) -> frozenset[int] | None:
    """The parts of the batch that a sighting's print is said to be of; None: nothing was said."""
    said = narrowed(session, sighting_id)
    return (parts_of(session, said.batch.id) or None) if said is not None else None
