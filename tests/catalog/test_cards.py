from datetime import date

from catalog.answers import last_sightings, sighting_card
from catalog.cards import line_card, open_page, part_card, parts_page
from catalog.database import Database
from catalog.tables import PartState
from catalog.verdicts import say
from tests.catalog.shop_rows import NOON, line, part, person, sighting


def test_a_part_names_the_line_that_the_next_copy_counts_on(database: Database) -> None:
    with database.transaction() as session:
        ana, bracket = person(session, "Ana", telegram_id=1), part(session, "bracket")
        done = line(session, bracket, "Done", quantity=1, due=date(2026, 12, 1))
        waiting = line(session, bracket, "ACME", quantity=3, due=date(2026, 12, 24))
        seen = sighting(session, ana, bracket)
        say(session, sighting_id=seen, part_id=bracket, person_id=ana, now=NOON)

        card = part_card(session, bracket)

    assert card is not None
    assert card.line is not None
    assert (card.line.id, card.customer) == (waiting, "ACME")
    assert [(each.id, each.found) for each in card.lines] == [(waiting, 0), (done, 1)]


def test_a_part_whose_copies_are_all_found_still_names_its_last_line(database: Database) -> None:
    with database.transaction() as session:
        ana, bracket = person(session, "Ana", telegram_id=1), part(session, "bracket")
        only = line(session, bracket, "ACME")
        seen = sighting(session, ana, bracket)
        say(session, sighting_id=seen, part_id=bracket, person_id=ana, now=NOON)

        card = part_card(session, bracket)
        alone = line_card(session, only)

    assert card is not None
    assert card.line == alone
    assert alone is not None
    assert not alone.is_open


def test_what_is_still_to_be_found_comes_by_due_date_in_pages(database: Database) -> None:
    with database.transaction() as session:
        for name, due in (("c", None), ("b", date(2026, 12, 30)), ("a", date(2026, 12, 20))):
            line(session, part(session, name), "ACME", quantity=2, due=due)
        gone = part(session, "gone", state=PartState.RETIRED)
        line(session, gone, "ACME")

        first = open_page(session, number=0, size=2)
        beyond = open_page(session, number=9, size=2)

    assert [row.part_name for row in first.rows] == ["a", "b"]
    assert (first.pages, first.total) == (2, 3)
    assert ([row.part_name for row in beyond.rows], beyond.number) == (["c"], 1)


def test_parts_are_found_by_a_piece_of_their_name_or_customer(database: Database) -> None:
    with database.transaction() as session:
        line(session, part(session, "Bracket_M4"), "Brill")
        part(session, "hook%3")
        part(session, "bracket old", state=PartState.RETIRED)

        def names(search: str) -> list[str]:
            return [card.name for card in parts_page(session, search=search, number=0, size=9).rows]

        assert names("bracket") == ["Bracket_M4"]
        assert names("brill") == ["Bracket_M4"]
        assert names("t_m") == ["Bracket_M4"]
        assert names("k_3") == []
        assert names("") == ["Bracket_M4", "hook%3"]


def test_a_sighting_tells_its_candidates_in_order_without_retired_parts(
    database: Database,
) -> None:
    with database.transaction() as session:
        ana = person(session, "Ana", telegram_id=1)
        bracket, old = part(session, "bracket"), part(session, "old", state=PartState.RETIRED)
        hook = part(session, "hook")
        seen = sighting(session, ana, bracket, old, hook)

        card = sighting_card(session, seen)
        last = last_sightings(session, ana, limit=5)

    assert card is not None
    assert [(each.rank, each.part.name) for each in card.candidates] == [
        (1, "bracket"),
        (3, "hook"),
    ]
    assert card.candidate(2) is None
    assert last == [card]
