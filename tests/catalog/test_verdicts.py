from datetime import date, timedelta
from threading import Barrier, Thread

from catalog.database import Database
from catalog.tables import Verdict
from catalog.verdicts import AlreadySaid, Said, say, undo
from tests.catalog.shop_rows import NOON, line, part, person, sighting


def test_a_verdict_counts_one_copy_on_the_open_line_that_is_due_first(database: Database) -> None:
    with database.transaction() as session:
        ana, bracket = person(session, "Ana", telegram_id=1), part(session, "bracket")
        line(session, bracket, "Late", reference="1", quantity=9, due=date(2026, 12, 30))
        soon = line(session, bracket, "Soon", reference="2", quantity=9, due=date(2026, 12, 20))
        line(session, bracket, "Whenever", reference="3", quantity=9)
        seen = sighting(session, ana, bracket)

    with database.transaction() as session:
        said = say(session, sighting_id=seen, part_id=bracket, person_id=ana, now=NOON)

    assert isinstance(said, Said)
    assert said.counted is not None
    assert (said.counted.order_line_id, said.counted.found) == (soon, 1)
    assert not said.counted.line_complete


def test_a_second_press_changes_nothing_and_names_who_was_first(database: Database) -> None:
    with database.transaction() as session:
        ana, ben = (person(session, name, telegram_id=i) for i, name in enumerate(("Ana", "Ben")))
        bracket, hook = part(session, "bracket"), part(session, "hook")
        line(session, bracket, "ACME", quantity=3)
        seen = sighting(session, ana, bracket, hook)
        say(session, sighting_id=seen, part_id=bracket, person_id=ana, now=NOON)

    with database.transaction() as session:
        again = say(session, sighting_id=seen, part_id=hook, person_id=ben, now=NOON)

    assert again == AlreadySaid(
        part_id=bracket, part_name="bracket", person_id=ana, person_name="Ana", said_at=NOON
    )
    with database.reading() as session:
        assert session.query(Verdict).count() == 1


def test_two_people_who_press_at_the_same_moment_count_once(database: Database) -> None:
    with database.transaction() as session:
        ana, ben = (person(session, name, telegram_id=i) for i, name in enumerate(("Ana", "Ben")))
        bracket = part(session, "bracket")
        line(session, bracket, "ACME", quantity=3)
        seen = sighting(session, ana, bracket)
    answers: list[Said | AlreadySaid] = []
    gate = Barrier(2)

    def press(person_id: int) -> None:
        gate.wait()
        with database.transaction() as session:
            answers.append(
                say(session, sighting_id=seen, part_id=bracket, person_id=person_id, now=NOON)
            )

    threads = [Thread(target=press, args=(each,)) for each in (ana, ben)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadySaid", "Said"]


def test_the_same_photo_asked_about_twice_is_one_print(database: Database) -> None:
    with database.transaction() as session:
        ana, bracket = person(session, "Ana", telegram_id=1), part(session, "bracket")
        line(session, bracket, "ACME", quantity=3)
        first = sighting(session, ana, bracket, message_id=7)
        whois_later = sighting(session, ana, bracket, message_id=7)
        say(session, sighting_id=first, part_id=bracket, person_id=ana, now=NOON)

        again = say(session, sighting_id=whois_later, part_id=bracket, person_id=ana, now=NOON)

    assert isinstance(again, AlreadySaid)


def test_an_undone_verdict_uncounts_its_copy_and_can_be_said_again(database: Database) -> None:
    with database.transaction() as session:
        ana, bracket = person(session, "Ana", telegram_id=1), part(session, "bracket")
        line(session, bracket, "ACME", quantity=2)
        seen = sighting(session, ana, bracket)
        say(session, sighting_id=seen, part_id=bracket, person_id=ana, now=NOON)

        taken_back = undo(session, sighting_id=seen, person_id=ana, now=NOON + timedelta(minutes=1))
        nothing = undo(session, sighting_id=seen, person_id=ana, now=NOON + timedelta(minutes=2))
        again = say(session, sighting_id=seen, part_id=bracket, person_id=ana, now=NOON)

    assert (taken_back, nothing) == (bracket, None)
    assert isinstance(again, Said)
    assert again.counted is not None
    assert again.counted.found == 1


def test_the_last_copy_of_the_last_line_completes_the_order(database: Database) -> None:
    with database.transaction() as session:
        ana = person(session, "Ana", telegram_id=1)
        bracket, hook = part(session, "bracket"), part(session, "hook")
        line(session, bracket, "ACME", reference="1042")
        line(session, hook, "ACME", reference="1042")
        line(session, hook, "Brill", reference="1042")
        first = say(
            session,
            sighting_id=sighting(session, ana, bracket, message_id=1),
            part_id=bracket,
            person_id=ana,
            now=NOON,
        )
        second = say(
            session,
            sighting_id=sighting(session, ana, hook, message_id=2),
            part_id=hook,
            person_id=ana,
            now=NOON,
        )

    assert isinstance(first, Said)
    assert isinstance(second, Said)
    assert first.counted is not None
    assert second.counted is not None
    assert (first.counted.line_complete, first.counted.order_complete) == (True, False)
    assert (second.counted.line_complete, second.counted.order_complete) == (True, True)


def test_a_print_that_nobody_ordered_is_confirmed_without_counting(database: Database) -> None:
    with database.transaction() as session:
        ana, bracket = person(session, "Ana", telegram_id=1), part(session, "bracket")
        seen = sighting(session, ana, bracket)

        said = say(session, sighting_id=seen, part_id=bracket, person_id=ana, now=NOON)

    assert isinstance(said, Said)
    assert said.counted is None
