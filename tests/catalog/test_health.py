from datetime import timedelta

from catalog.database import Database
from catalog.health import health
from catalog.tables import Job, JobKind, JobState, Queue
from catalog.tunings import begin_tuning
from tests.catalog.shop_rows import NOON, part


def test_health_tells_the_longest_wait_and_what_was_given_up(database: Database) -> None:
    with database.transaction() as session:
        bracket = part(session, "bracket")
        for age, state in ((3, JobState.QUEUED), (9, JobState.QUEUED), (20, JobState.GIVEN_UP)):
            then = NOON - timedelta(minutes=age)
            session.add(
                Job(
                    kind=JobKind.INDEX,
                    queue=Queue.CATALOG,
                    state=state,
                    part_id=bracket,
                    created_at=then,
                    not_before=then,
                    settled_at=NOON if state is JobState.GIVEN_UP else None,
                    reason="crashed" if state is JobState.GIVEN_UP else None,
                )
            )
        begin_tuning(session, "learned", config="shop", now=NOON - timedelta(hours=1))
        session.flush()

        seen = health(session, now=NOON, limit=5)

    by_queue = {each.queue: each for each in seen.queues}
    assert by_queue[Queue.CATALOG].waiting == 3
    assert by_queue[Queue.CATALOG].oldest_waiting == timedelta(minutes=9)
    assert by_queue[Queue.VISION].oldest_waiting is None
    assert [(job.about, job.reason) for job in seen.given_up] == [("bracket", "crashed")]
    assert (seen.given_up_total, seen.parts_ready) == (1, 1)
