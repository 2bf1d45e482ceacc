"""Pairs are told alike from both sides, whatever becomes of the parts."""

import pytest
from sqlalchemy import delete, func, select

from catalog.cards import part_card
from catalog.database import Database
from catalog.look_alikes import (
    SKETCH,
    Compared,
    Kin,
    forget_sketch,
    keep_kin,
    kin_among,
    kin_cards,
    kin_of,
    sketches,
)
from catalog.parts import rename, retire
from catalog.signatures import parts_without
from catalog.tables import LookAlike, Part, PartState, Relation
from tests.catalog.shop_rows import part


def kin(one: int, other: int, *, factor: float = 1.25) -> Kin:
    details = {"difference": "size", "factor": factor}
    return Kin(part_id=one, other_id=other, relation=Relation.SCALED, alike=0.98, details=details)


@pytest.fixture
def pair(database: Database) -> tuple[int, int]:
    """Two ready parts, compared; the second is the first at 125 %."""
    with database.transaction() as session:
        low, high = part(session, "hook"), part(session, "hook large")
        assert keep_kin(session, low, Compared(sketch=b"one", seen=frozenset(), kin=()))
        seen = frozenset({low})
        assert keep_kin(session, high, Compared(sketch=b"two", seen=seen, kin=(kin(low, high),)))
    return low, high


def test_each_of_a_pair_is_told_what_the_other_is_to_it(
    database: Database, pair: tuple[int, int]
) -> None:
    low, high = pair

    with database.reading() as session:
        cards = kin_cards(session, [low, high])
        shown = part_card(session, low)

    assert [(card.name, card.factor) for card in cards[low]] == [("hook large", 1.25)]
    assert [(card.name, card.factor) for card in cards[high]] == [("hook", 0.8)]
    assert shown is not None
    assert shown.kin == cards[low]


def test_every_part_names_those_it_can_be_taken_for(
    database: Database, pair: tuple[int, int]
) -> None:
    low, high = pair
    with database.transaction() as session:
        alone = part(session, "clip")
    with database.reading() as session:
        assert kin_of(session, {low, alone}) == {low: frozenset({high})}
        assert kin_of(session, {low, high}) == {low: frozenset({high}), high: frozenset({low})}
        assert kin_of(session, set()) == {}


def test_a_retired_twin_is_kept_but_not_told_and_a_new_name_is(
    database: Database, pair: tuple[int, int]
) -> None:
    low, high = pair
    with database.transaction() as session:
        retire(session, high)
        rename(session, low, "peg")

    with database.reading() as session:
        cards = kin_cards(session, [low, high])
        kept = kin_among(session, [low, high])

    assert low not in cards
    assert cards[high][0].name == "peg"
    assert kept == [kin(low, high)]


def test_comparing_again_replaces_what_was_known(database: Database, pair: tuple[int, int]) -> None:
    low, high = pair
    again = Compared(sketch=b"new", seen=frozenset({high}), kin=(kin(low, high, factor=1.1),))
    with database.transaction() as session:
        assert keep_kin(session, low, again)
        assert keep_kin(session, low, again)

    with database.reading() as session:
        assert [each.details["factor"] for each in kin_among(session, [low, high])] == [1.1]
        assert sketches(session, but=high) == {low: b"new"}


def test_who_missed_a_newcomer_is_compared_again(database: Database, pair: tuple[int, int]) -> None:
    low, _ = pair
    with database.transaction() as session:
        third = part(session, "hook small")
        missed = Compared(sketch=b"three", seen=frozenset({low}), kin=(kin(low, third),))

        assert not keep_kin(session, third, missed)

    with database.reading() as session:
        assert parts_without(session, SKETCH) == [third]
        assert len(kin_among(session, [low, third])) == 1


def test_a_part_whose_sketch_is_forgotten_waits_for_a_comparison(
    database: Database, pair: tuple[int, int]
) -> None:
    with database.transaction() as session:
        forget_sketch(session, pair[0])
        forget_sketch(session, pair[0])

    with database.reading() as session:
        assert parts_without(session, SKETCH) == [pair[0]]


def test_pairs_go_with_a_part_that_is_removed(database: Database, pair: tuple[int, int]) -> None:
    with database.transaction() as session:
        session.execute(delete(Part).where(Part.id == pair[1]))

    with database.reading() as session:
        assert session.scalars(select(func.count()).select_from(LookAlike)).one() == 0
        assert session.get_one(Part, pair[0]).state is PartState.READY
