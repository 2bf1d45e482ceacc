"""Parts, people and health, as an admin meets them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from catalog.cards import part_card
from catalog.database import Database
from catalog.file_albums import ALBUM, caption_of_album, share_caption
from catalog.jobs import NewJob, queue_job
from catalog.leases import Failure, give_up, take_lease
from catalog.order_fields import OrderDetails
from catalog.orders import add_order_line
from catalog.tables import Job, JobKind, JobState, PartState, Queue
from sandbox.shapes import Message
from tests.bot.counter import Counter, photo


def test_a_part_file_is_taken_on_and_ends_with_a_contact_sheet(counter: Counter) -> None:
    boss = counter.admin()

    sent = boss.sends_file("bracket_m4.stl", b"solid x", caption="customer: ACME; qty: 10")
    status = boss.waits_for("Reading bracket_m4.stl…", after=sent)
    job_id = counter.waiting_job(JobKind.RECEIVE)
    with counter.database.reading() as session:
        facts = session.get_one(Job, job_id).facts
    part = counter.part("bracket_m4")
    counter.order(part, quantity=10, due=date(2030, 12, 24))
    counter.receives(added=[part], elapsed_s=4.1)
    told = boss.waits_for("is searchable", after=sent)

    assert facts["file_name"] == "bracket_m4.stl"
    assert facts["caption"] == "customer: ACME; qty: 10"
    assert counter.files.read(facts["file_key"]) == b"solid x"
    assert counter.bell.rung == [(job_id, Queue.CATALOG)]
    assert told.message_id == status.message_id
    assert told.photo is not None
    assert told.text.splitlines() == [
        "bracket_m4 is searchable (4.1 s)",
        "42 × 30 × 12 mm · 38,204 triangles · closed",  # noqa: RUF001
        "ACME · Order 1042 · 0 of 10 found · due 24 Dec 2030 · PLA black",
        "Note: left and right apart",
    ]
    assert told.button_labels == ["Rename", "Change order", "Retire", "Re-index", "STL file"]


def _unclaimed(counter: Counter) -> tuple[int, Message]:
    counter.order(counter.part("other"), "Brill", reference="7")
    boss = counter.admin()
    sent = boss.sends_file("bracket.stl", b"solid x")
    part = counter.part("bracket")
    line = counter.order(part, None)
    counter.receives(added=[part], unclaimed=[line], elapsed_s=4.1)
    return part, boss.waits_for("Whose part is it?", after=sent)


def test_a_missing_customer_is_asked_for_with_the_recent_ones(counter: Counter) -> None:
    part, asked = _unclaimed(counter)
    boss = counter.admin()

    toast = boss.presses(asked, "Brill")
    told = boss.waits_for("it is for Brill")
    again = boss.sees_toast(boss.taps_data(told, asked.button("Brill").data or "")).text

    assert asked.button_labels == ["Brill", "Someone new"]
    assert toast == "Noted: Brill."
    assert again == "This button is too old. Please ask again."
    with counter.database.reading() as session:
        card = part_card(session, part)
    assert card is not None
    assert card.customer == "Brill"


def test_someone_new_is_a_name_typed_into_the_chat(counter: Counter) -> None:
    part, asked = _unclaimed(counter)
    boss = counter.admin()

    boss.presses(asked, "Someone new")
    question = boss.waits_for("customer’s name")  # noqa: RUF001
    name = boss.sends_text("Ünal & Söhne <b>")
    told = boss.waits_for("Noted", after=name)
    after = boss.sends_text("just chatting")

    assert question.message_id > asked.message_id
    assert told.text == "Noted: it is for Ünal & Söhne <b>."
    assert "Send me a photo" in boss.waits_for("", after=after).text
    with counter.database.reading() as session:
        card = part_card(session, part)
    assert card is not None
    assert card.customer == "Ünal & Söhne <b>"


def test_the_same_shape_again_is_said_with_the_order_that_was_added(counter: Counter) -> None:
    boss, part = counter.admin(), counter.part("bracket_m4")
    line = counter.order(part, reference="1077")
    sent = boss.sends_file("again.stl", b"solid x", caption="order: 1077")

    known = {"part_id": part, "order_line_id": line, "turned": True}
    counter.receives(added=[], known=[known], elapsed_s=0.4)
    told = boss.waits_for("same shape", after=sent)

    assert told.text == (
        "This is the part bracket_m4 again (same shape, turned). I added order 1077 to it."
    )


def test_an_archive_ends_in_one_summary_that_names_the_refused(counter: Counter) -> None:
    boss = counter.admin()
    parts = [counter.part(f"part {number}") for number in range(12)]
    sent = boss.sends_file("all.zip", b"PK")

    arguments = {"file": "b.stl", "triangles_present": 4812, "triangles_promised": 38204}
    refused = [{"name": "b.stl", "code": "mesh_truncated", "arguments": arguments}]
    counter.receives(added=parts, refused=refused, ignored=2, elapsed_s=31)
    told = boss.waits_for("12 added", after=sent)

    assert told.text.splitlines()[0] == "12 added, 0 known already, 1 refused (31 s)"
    assert "· and 4 more" in told.text
    assert (
        "✗ b.stl: b.stl ends in the middle (4,812 of 38,204 triangles are there). "
        "Please export it again; nothing was changed." in told.text
    )
    assert "2 other files were left alone." in told.text
    assert len(boss.after(sent)) == 1


def test_a_refused_file_is_one_sentence_in_place_of_the_status(counter: Counter) -> None:
    boss = counter.admin(language="es")
    sent = boss.sends_file("<b>.stl", b"solid x", caption="custmer: ACME")

    counter.refuses(JobKind.RECEIVE, "order_field_unknown", text="custmer")
    told = boss.waits_for("No conozco", after=sent)

    assert told.text.startswith("No conozco el campo «custmer».")
    assert len(boss.after(sent)) == 1


def test_a_file_over_twenty_megabytes_is_met_with_what_to_do(counter: Counter) -> None:
    boss = counter.admin()

    sent = boss.sends_file("huge.stl", bytes(20_000_001))
    told = boss.waits_for("huge.stl", after=sent)

    assert "whoseprint import" in told.text
    assert "local Bot API server" in told.text
    assert counter.bell.rung == []


def test_part_shows_a_card_by_name_or_number(counter: Counter) -> None:
    boss, part = counter.admin(), counter.part("Bracket M4")
    counter.order(part)

    for words in ("Bracket M4", "bracket m4", str(part), f"#{part}"):
        asked = boss.sends_text(f"/part {words}")
        card = boss.waits_for("Bracket M4", after=asked)
        assert card.text.startswith(f"Bracket M4 · no. {part}\n42 × 30 × 12 mm")  # noqa: RUF001
        assert card.photo is not None
    missing = boss.sends_text("/part <Nothing>")
    assert "no part named <Nothing>" in boss.waits_for("", after=missing).text


def test_a_part_is_renamed_changed_and_retired_from_its_card(counter: Counter) -> None:
    boss, part = counter.admin(), counter.part("Bracket M4")
    counter.part("Taken")
    counter.order(part)
    card = boss.waits_for("Bracket M4", after=boss.sends_text("/part Bracket M4"))

    boss.presses(card, "Rename")
    boss.waits_for("new name")
    taken = boss.sends_text("Taken")
    boss.waits_for("already", after=taken)
    renamed = boss.sends_text("Bracket M5")
    boss.waits_for("is called Bracket M5 now", after=renamed)
    boss.presses(card, "Change order")
    boss.waits_for("What changes")
    wrong = boss.sends_text("qty: many")
    boss.waits_for("cannot read the quantity “many”", after=wrong)
    changed = boss.sends_text("qty: 12; customer: Brill")
    new_card = boss.waits_for("0 of 12 found", after=changed)
    boss.presses(new_card, "Retire")
    boss.presses(boss.waits_for("Retire Bracket M5?"), "Yes, retire it")
    boss.waits_for("Bracket M5 is retired")
    late = boss.presses(card, "Rename")

    assert "Brill · Order 1042" in new_card.text
    assert late == "This part is no longer in the catalogue."


def test_reindexing_ends_in_the_same_message_it_began_in(counter: Counter) -> None:
    boss, part = counter.admin(), counter.part("Bracket M4")
    card = boss.waits_for("Bracket M4", after=boss.sends_text("/part Bracket M4"))

    boss.presses(card, "Re-index")
    status = boss.waits_for("Reading Bracket M4…")
    counter._settle(
        counter.waiting_job(JobKind.INDEX), "indexed", {"part_id": part, "elapsed_s": 3.0}
    )
    told = boss.waits_for("is searchable (3 s)")

    assert told.message_id == status.message_id


def test_parts_come_in_pages_of_ten_and_can_be_searched(counter: Counter) -> None:
    boss = counter.admin()
    for number in range(12):
        counter.part(f"part {number:02}")
    counter.order(counter.part("Hook", state=PartState.FAILED), "Brill")

    listed = boss.waits_for("13 parts", after=boss.sends_text("/parts"))
    boss.presses(listed, "Page 2 of 2 ›")  # noqa: RUF001
    second = boss.waits_for("page 2 of 2")
    boss.presses(second, "part 11")
    card = boss.waits_for("part 11 · no.")
    found = boss.waits_for("One part", after=boss.sends_text("/parts brill"))
    nothing = boss.sends_text("/parts <nothing>")

    assert len(listed.button_labels) == 11
    assert second.message_id == listed.message_id
    assert card.photo is not None
    assert found.button_labels == ["⚠ Hook"]
    assert "named like <nothing>" in boss.waits_for("", after=nothing).text


def test_health_names_what_was_given_up_and_tries_it_again(counter: Counter) -> None:
    boss, part = counter.admin(), counter.part("Bracket M4")
    now = counter.clock()
    with counter.database.transaction() as session:
        job_id = queue_job(session, NewJob(kind=JobKind.INDEX, part_id=part), now=now)
        take_lease(session, job_id, holder="t", now=now, lease=timedelta(seconds=9))
        give_up(session, job_id, Failure("crashed", "SIGKILL <9>"), holder="t", now=now)

    report = boss.waits_for("searchable", after=boss.sends_text("/health"))
    toast = boss.presses(report, f"Try #{job_id} again")
    better = boss.waits_for("Nothing was given up")

    assert "Parts: 0 waiting, 0 in work." in report.text
    assert f"#{job_id} part Bracket M4" in report.text
    assert "Its worker died each time. SIGKILL <9>" in report.text
    assert "GB free" in report.text
    assert toast == "Queued again."
    assert "Parts: 1 waiting" in better.text
    with counter.database.reading() as session:
        assert session.get_one(Job, job_id).state is JobState.QUEUED


def test_open_lists_what_is_missing_by_due_date_in_pages(counter: Counter) -> None:
    ana = counter.worker()
    for number in range(6):
        part = counter.part(f"part {number}")
        counter.order(part, due=date(2030, 12, 24 - number))

    first = ana.waits_for("6 order lines", after=ana.sends_text("/open"))
    ana.presses(first, "Page 2 of 2 ›")  # noqa: RUF001
    second = ana.waits_for("part 0")

    assert first.photo is not None
    assert first.text.splitlines()[1] == (
        "part 5 · ACME · Order 1042 · 0 of 3 found · due 19 Dec 2030"
    )
    assert second.message_id == first.message_id
    assert len(second.text.splitlines()) == 2


def test_last_tells_ones_own_photos_and_what_became_of_them(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket M4")
    counter.order(bracket)
    assert "not sent me" in ana.waits_for("", after=ana.sends_text("/last")).text
    for share in (0.5, 0.97):
        sent = ana.sends_photo(photo())
        counter.finds((bracket, share))
        answer = ana.waits_for("Sure", after=sent)
    ana.presses(answer, "✓ Right")

    told = ana.waits_for("Your last 2 photos:", after=ana.sends_text("/last"))

    newest, oldest = told.text.splitlines()[1:]
    assert newest.endswith(": ✓ Bracket M4")
    assert oldest.endswith(": Bracket M4 · ACME · 50\u00a0%")


def test_a_question_is_dropped_when_something_else_is_asked_for(counter: Counter) -> None:
    boss = counter.admin()
    counter.part("Bracket M4")
    card = boss.waits_for("Bracket M4", after=boss.sends_text("/part Bracket M4"))
    boss.presses(card, "Rename")
    boss.waits_for("new name")

    boss.waits_for("Nothing is open", after=boss.sends_text("/open"))
    chat = boss.sends_text("thanks")

    assert "Send me a photo" in boss.waits_for("", after=chat).text


def test_in_a_group_only_a_reply_to_the_bot_answers_its_question(counter: Counter) -> None:
    boss = counter.admin()
    counter.part("Bracket M4")
    counter.sandbox.set_privacy_mode(on=False)
    chief = counter.sandbox.group(title="Shop", members=[boss]).seat_of(boss)
    card = chief.waits_for("Bracket M4", after=chief.sends_text("/part Bracket M4"))
    chief.presses(card, "Rename")
    question = chief.waits_for("new name")

    counter.handles(chief.sends_text("lunch?"))
    chief.replies_to(question, "Bracket M5")

    assert "is called Bracket M5 now" in chief.waits_for("is called").text


def test_an_admin_reads_the_note_of_an_order_on_the_parts_card(counter: Counter) -> None:
    boss, part = counter.admin(), counter.part("Bracket M4")
    with counter.database.transaction() as session:
        order = OrderDetails(customer="ACME", note="keep <b>upright</b> " + "x" * 400)
        add_order_line(session, part, order=order, now=counter.clock())

    card = boss.waits_for("Bracket M4", after=boss.sends_text("/part Bracket M4"))

    [note] = [line for line in card.text.splitlines() if line.startswith("Note: ")]
    assert note.startswith("Note: keep <b>upright</b> xxx")
    assert len(note) == len("Note: ") + 100


@pytest.mark.parametrize(
    ("button", "hint", "wrong", "complaint"),
    [
        ("Rename", "The new name", "Taken", "already"),
        ("Change order", "qty: 12; due: 2026-12-24", "qty: many", "cannot read the quantity"),
    ],
)
def test_telegram_opens_the_answer_to_a_question_by_itself_for_the_one_who_is_asked(
    counter: Counter, button: str, hint: str, wrong: str, complaint: str
) -> None:
    boss = counter.admin()
    counter.part("Bracket M4")
    counter.part("Taken")
    chief = counter.sandbox.group(title="Shop", members=[boss]).seat_of(boss)
    card = chief.waits_for("Bracket M4", after=chief.sends_text("/part Bracket M4"))

    chief.presses(card, button)
    question = chief.waits_for(lambda message: message.asks_for_reply is not None)
    again = chief.waits_for(complaint, after=chief.replies_to(question, wrong))

    assert (question.asks_for_reply, again.asks_for_reply) == (hint, hint)
    asked = f'<a href="tg://user?id={boss.user_id}">{boss.user.first_name}</a>: '
    assert chief.html_of(question).startswith(asked)
    assert chief.html_of(again).startswith(asked)


def test_in_private_a_question_opens_its_answer_without_a_name(counter: Counter) -> None:
    boss = counter.admin()
    counter.part("Bracket M4")
    card = boss.waits_for("Bracket M4", after=boss.sends_text("/part Bracket M4"))

    boss.presses(card, "Rename")
    question = boss.waits_for("new name")

    assert question.asks_for_reply == "The new name"
    assert question.first_line.startswith("What shall Bracket M4 be called?")


def test_words_under_one_of_several_files_are_meant_for_all(counter: Counter) -> None:
    boss = counter.admin()

    sent = boss.sends_files(
        [("a.stl", b"solid a"), ("b.stl", b"solid b"), ("c.stl", b"solid c")], caption="qty: 7"
    )
    for each in sent:
        counter.handles(each)

    with counter.database.reading() as session:
        jobs = session.scalars(select(Job).order_by(Job.id)).all()
        assert [job.facts["file_name"] for job in jobs] == ["a.stl", "b.stl", "c.stl"]
        assert [job.facts["caption"] for job in jobs] == ["qty: 7"] * 3


def test_words_that_come_with_the_last_file_reach_the_first(database: Database) -> None:
    now = datetime(2026, 12, 18, tzinfo=UTC)
    soon = now + timedelta(seconds=1)
    with database.transaction() as session:
        for name in ("a", "b"):
            facts = {"file_name": name, "caption": "", ALBUM: "x"}
            job = NewJob(kind=JobKind.RECEIVE, facts=facts, chat_id=5)
            queue_job(session, job, now=now)
        share_caption(session, chat_id=5, album="x", caption="qty: 7", wait_until=soon)
        share_caption(session, chat_id=5, album="y", caption="qty: 9", wait_until=soon)

    with database.reading() as session:
        jobs = session.scalars(select(Job)).all()
        assert [job.facts["caption"] for job in jobs] == ["qty: 7"] * 2
        assert {job.not_before for job in jobs} == {soon}
        assert caption_of_album(session, chat_id=5, album="x") == "qty: 7"
        assert caption_of_album(session, chat_id=6, album="x") == ""
