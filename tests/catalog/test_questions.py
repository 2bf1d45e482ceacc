from datetime import timedelta

from catalog.database import Database
from catalog.questions import ANSWERABLE_FOR, ask, open_question, withdraw
from tests.catalog.shop_rows import NOON, person


def test_a_new_question_takes_the_place_of_the_old_one(database: Database) -> None:
    with database.transaction() as session:
        ana = person(session, "Ana", telegram_id=1)
        ask(session, person_id=ana, chat_id=5, about="rename", facts={"part_id": 1}, now=NOON)
        ask(session, person_id=ana, chat_id=5, about="customer", facts={"line": 2}, now=NOON)

        question = open_question(session, person_id=ana, chat_id=5, now=NOON)

    assert question is not None
    assert (question.about, question.facts) == ("customer", {"line": 2})


def test_a_question_is_open_in_its_chat_for_an_hour(database: Database) -> None:
    with database.transaction() as session:
        ana = person(session, "Ana", telegram_id=1)
        ask(session, person_id=ana, chat_id=5, about="rename", facts={}, now=NOON)
        late = NOON + ANSWERABLE_FOR

        assert open_question(session, person_id=ana, chat_id=6, now=NOON) is None
        assert open_question(session, person_id=ana, chat_id=5, now=late) is None
        assert (
            open_question(session, person_id=ana, chat_id=5, now=late - timedelta(seconds=1))
            is not None
        )
        assert withdraw(session, person_id=ana, chat_id=5)
        assert not withdraw(session, person_id=ana, chat_id=5)
