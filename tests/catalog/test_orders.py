from datetime import date, timedelta

import pytest

from catalog.database import Database
from catalog.order_fields import OrderDetails
from catalog.orders import (
    add_order_line,
    find_or_add_customer,
    open_line_for,
    recent_customers,
    set_customer,
)
from catalog.tables import Customer, OrderLine, Verdict
from tests.fakes.clock import Clock
from tests.fakes.shop_floor import a_part, a_sighting, somebody

CHRISTMAS = date(2026, 12, 24)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def part_id(database: Database, clock: Clock) -> int:
    with database.transaction() as session:
        return a_part(session, clock)


def _order(database: Database, part_id: int, clock: Clock, **facts: object) -> int:
    with database.transaction() as session:
        return add_order_line(session, part_id, order=OrderDetails(**facts), now=clock())  # type: ignore[arg-type]


def _find_copies(database: Database, clock: Clock, line_id: int, *, copies: int) -> list[int]:
    with database.transaction() as session:
        ana = somebody(session, clock)
        part_id = session.get_one(OrderLine, line_id).part_id
        said = [
            Verdict(
                sighting_id=a_sighting(session, clock, person_id=ana),
                part_id=part_id,
                order_line_id=line_id,
                person_id=ana,
                said_at=clock(),
            )
            for _ in range(copies)
        ]
        session.add_all(said)
        session.flush()
        return [verdict.id for verdict in said]


def _open_line(database: Database, part_id: int) -> int | None:
    with database.transaction() as session:
        return open_line_for(session, part_id)


def test_a_customer_is_one_whatever_the_case_and_the_spaces(database: Database) -> None:
    with database.transaction() as session:
        first = find_or_add_customer(session, " Straße  GmbH ")
        assert find_or_add_customer(session, "STRASSE GMBH") == first
        assert find_or_add_customer(session, "Brill") != first
        assert session.get_one(Customer, first).name == "Straße GmbH"


def test_a_customer_needs_a_name(database: Database) -> None:
    with pytest.raises(ValueError, match="without a name"), database.transaction() as session:
        find_or_add_customer(session, " \n ")


def test_an_order_book_read_twice_orders_once(
    database: Database, clock: Clock, part_id: int
) -> None:
    facts = {"customer": "ACME", "order": "1042", "quantity": 10, "due": CHRISTMAS}

    first = _order(database, part_id, clock, **facts)
    second = _order(database, part_id, clock, **{**facts, "customer": "acme"})

    assert first == second
    with database.reading() as session:
        line = session.get_one(OrderLine, first)
        assert (line.quantity, line.due) == (10, CHRISTMAS)


def test_a_corrected_order_changes_what_it_says_and_keeps_what_it_does_not(
    database: Database, clock: Clock, part_id: int
) -> None:
    line_id = _order(
        database, part_id, clock, customer="ACME", quantity=10, due=CHRISTMAS, material="PLA black"
    )

    assert _order(database, part_id, clock, customer="ACME", quantity=12, note="in bags") == line_id

    with database.reading() as session:
        line = session.get_one(OrderLine, line_id)
        assert (line.quantity, line.due, line.material, line.note) == (
            12,
            CHRISTMAS,
            "PLA black",
            "in bags",
        )


def test_an_order_of_nobody_yet_is_one_line_too(
    database: Database, clock: Clock, part_id: int
) -> None:
    first = _order(database, part_id, clock, order="1042")

    assert _order(database, part_id, clock, order="1042") == first
    assert _order(database, part_id, clock, order="1043") != first
    with database.reading() as session:
        assert session.get_one(OrderLine, first).quantity == 1
        assert session.get_one(OrderLine, first).customer_id is None


def test_naming_the_customer_of_a_line_that_he_has_already_makes_them_one(
    database: Database, clock: Clock, part_id: int
) -> None:
    his = _order(database, part_id, clock, customer="ACME", order="1042", quantity=4)
    nobodys = _order(database, part_id, clock, order="1042", quantity=10)
    [verdict_id] = _find_copies(database, clock, nobodys, copies=1)

    with database.transaction() as session:
        acme = find_or_add_customer(session, "ACME")
        assert set_customer(session, nobodys, acme) == his

    with database.reading() as session:
        assert session.get(OrderLine, nobodys) is None
        assert session.get_one(OrderLine, his).quantity == 10
        assert session.get_one(Verdict, verdict_id).order_line_id == his


def test_the_next_copy_counts_on_the_line_due_first_that_is_not_complete(
    database: Database, clock: Clock, part_id: int
) -> None:
    whenever = _order(database, part_id, clock, customer="Hansa", quantity=1)
    later = _order(database, part_id, clock, customer="Brill", quantity=1, due=CHRISTMAS)
    sooner = _order(
        database, part_id, clock, customer="ACME", quantity=2, due=CHRISTMAS - timedelta(days=1)
    )

    order_of_lines = []
    for _ in range(4):
        line = _open_line(database, part_id)
        assert line is not None
        order_of_lines.append(line)
        _find_copies(database, clock, line, copies=1)

    assert order_of_lines == [sooner, sooner, later, whenever]
    assert _open_line(database, part_id) is None


def test_an_undone_verdict_opens_the_line_again_and_a_cancelled_line_stays_shut(
    database: Database, clock: Clock, part_id: int
) -> None:
    line_id = _order(database, part_id, clock, customer="ACME", quantity=1)
    [verdict_id] = _find_copies(database, clock, line_id, copies=1)
    assert _open_line(database, part_id) is None

    with database.transaction() as session:
        session.get_one(Verdict, verdict_id).undone_at = clock()
    assert _open_line(database, part_id) == line_id

    with database.transaction() as session:
        session.get_one(OrderLine, line_id).cancelled_at = clock()
    assert _open_line(database, part_id) is None


def test_recent_customers_are_those_who_ordered_last(
    database: Database, clock: Clock, part_id: int
) -> None:
    for reference, name in enumerate(("ACME", "Brill", "Hansa", "ACME")):
        _order(database, part_id, clock, customer=name, order=str(reference))

    with database.reading() as session:
        names = [customer.name for customer in recent_customers(session, 2)]

    assert names == ["ACME", "Hansa"]
