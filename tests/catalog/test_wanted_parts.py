from catalog.database import Database
from catalog.orders import wanted_parts
from catalog.tables import OrderLine
from catalog.verdicts import say, undo
from tests.catalog.shop_rows import NOON, line, part, person, sighting


def test_parts_are_wanted_while_copies_are_missing(database: Database) -> None:
    with database.transaction() as session:
        ana = person(session, "Ana", telegram_id=1)
        hook, clip, gear, _spare = (part(session, n) for n in ("hook", "clip", "gear", "spare"))
        line(session, hook, "ACME")
        line(session, clip, quantity=2)
        cancelled = line(session, gear, "ACME")
        session.get_one(OrderLine, cancelled).cancelled_at = NOON
        assert wanted_parts(session) == {hook, clip}

        seen = sighting(session, ana, hook)
        say(session, sighting_id=seen, part_id=hook, person_id=ana, now=NOON)
        assert wanted_parts(session) == {clip}

        undo(session, sighting_id=seen, person_id=ana, now=NOON)
        assert wanted_parts(session) == {hook, clip}
