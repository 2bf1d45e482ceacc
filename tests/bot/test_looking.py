"""A worker's photo, from the message to the answer and what people say to it."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.desk import HouseRules
from catalog.database import open_database
from catalog.files import FileKey
from catalog.tables import JobKind, SightingOutcome, SightingPhoto
from sandbox import Limits, Sandbox
from tests.bot.counter import Counter, photo


def test_a_sure_answer_takes_the_place_of_the_status_message(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket M4")
    counter.order(bracket, quantity=10)

    sent = ana.sends_photo(photo())
    status = ana.waits_for("Looking at it", after=sent)
    counter.finds((bracket, 0.97))
    answer = ana.waits_for("Bracket M4", after=sent)

    assert answer.message_id == status.message_id
    assert answer.photo is not None
    assert answer.text.splitlines() == [
        "Bracket M4 for ACME",
        "Order 1042 · 0 of 10 found",
        "PLA black · 42 × 30 × 12 mm",  # noqa: RUF001
        "Note: left and right apart",
        "Sure: 97\u00a0% · No other part fits as well.",
    ]
    assert answer.button_labels == ["✓ Right", "Not this", "Other candidates", "STL file"]
    assert len(ana.after(sent)) == 1


def test_right_counts_one_copy_and_undo_takes_it_back(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket M4")
    counter.order(bracket, quantity=10)
    sent = ana.sends_photo(photo())
    counter.finds((bracket, 0.97))
    answer = ana.waits_for("Sure", after=sent)

    toast = ana.presses(answer, "✓ Right")
    confirmed = ana.waits_for("confirmed by you", after=sent)
    undone = ana.presses(confirmed, "Undo")
    again = ana.waits_for("Sure: 97\u00a0%", after=sent)

    assert toast == "Noted: 1 of 10 found."
    assert confirmed.text.startswith("✓ Bracket M4 for ACME, confirmed by you · 1 of 10 found")
    assert confirmed.button_labels == ["Undo"]
    assert undone == "Taken back."
    assert "0 of 10 found" in again.text
    assert again.message_id == confirmed.message_id == answer.message_id


def test_what_was_confirmed_before_a_restart_can_be_undone_after_it(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket M4")
    counter.order(bracket, quantity=10)
    sent = ana.sends_photo(photo())
    counter.finds((bracket, 0.97))
    ana.presses(ana.waits_for("Sure", after=sent), "✓ Right")
    confirmed = ana.waits_for("1 of 10 found", after=sent)

    counter.closes()
    counter.opens()

    assert ana.presses(confirmed, "Undo") == "Taken back."
    again = ana.waits_for("0 of 10 found", after=sent)
    assert again.message_id == confirmed.message_id
    assert "✓ Right" in again.button_labels


def test_a_confirmation_counts_once_whoever_presses_again(counter: Counter) -> None:
    ana, ben = counter.worker(), counter.worker("Ben", user_id=12)
    bracket = counter.part("Bracket M4")
    counter.order(bracket, quantity=10)
    group = counter.sandbox.group(title="Shop", members=[ana, ben])
    in_group, ben_too = group.seat_of(ana), group.seat_of(ben)
    sent = in_group.sends_photo(photo(), caption="/whois")
    counter.finds((bracket, 0.97))
    answer = in_group.waits_for("likeliest", after=sent)
    data = answer.button("1").data
    assert data is not None

    in_group.presses(answer, "1")
    confirmed = in_group.waits_for("confirmed by you")
    second = ben_too.sees_toast(ben_too.taps_data(confirmed, data)).text
    counter.clock.advance(timedelta(days=1))
    next_day = ben_too.sees_toast(ben_too.taps_data(confirmed, data)).text

    assert second.startswith("Already confirmed by Ana at ")
    assert next_day == "That was settled yesterday: Bracket M4."
    assert "1 of 10 found" in in_group.look_at(answer).text


def test_not_this_shows_the_next_candidate_in_the_same_message(counter: Counter) -> None:
    ana = counter.worker()
    first, second = counter.part("Bracket M4"), counter.part("Bracket M4 left")
    counter.order(second, "Brill")
    sent = ana.sends_photo(photo())
    counter.finds((first, 0.9), (second, 0.08))
    answer = ana.waits_for("Sure", after=sent)

    ana.presses(answer, "Not this")
    following = ana.waits_for("Bracket M4 left", after=sent)
    ana.presses(following, "Not this")
    last = ana.waits_for("another side may help", after=sent)
    ana.presses(last, "Other candidates")
    three = ana.waits_for("likeliest", after=sent)
    ana.presses(three, "None of these")
    settled = ana.waits_for("None of these, said by you", after=sent)

    assert following.text.startswith("Maybe Bracket M4 left (it would be for Brill)")
    assert "Maybe: 8\u00a0%" in following.text
    assert settled.message_id == answer.message_id
    assert settled.button_labels == ["Undo"]


def test_unsure_shows_three_and_names_no_customer_as_a_fact(counter: Counter) -> None:
    ana = counter.worker()
    parts = [counter.part(name) for name in ("Bracket M4", "Bracket M4 left", "Clip 12")]
    for part in parts:
        counter.order(part)
    sent = ana.sends_photo(photo())
    counter.finds(
        *zip(parts, (0.61, 0.27, 0.07), strict=True),
        outcome=SightingOutcome.UNSURE,
        reason="look_alikes",
    )

    answer = ana.waits_for("not sure", after=sent)

    assert answer.text.splitlines() == [
        "Probably one of these, I am not sure:",
        "1 Bracket M4 · ACME · 61\u00a0%",
        "2 Bracket M4 left · ACME · 27\u00a0%",
        "3 Clip 12 · ACME · 7\u00a0%",
        "They look much alike.",
        "A photo from another side may decide.",
        "Send it in reply to this message, or press “One more photo” first.",
    ]
    assert answer.button_labels == ["1", "2", "3", "None of these", "One more photo"]
    assert answer.photo is not None
    assert ana.presses(answer, "2") == "Noted: 1 of 3 found."
    assert "✓ Bracket M4 left" in ana.waits_for("confirmed", after=sent).text


def test_unknown_is_one_sentence_with_the_reason(counter: Counter) -> None:
    ana = counter.worker()

    sent = ana.sends_photo(photo())
    counter.finds(outcome=SightingOutcome.UNKNOWN, reason="too_dark")
    answer = ana.waits_for("dark", after=sent)

    assert answer.text == "It is too dark for me to see edges. More light, please."
    assert answer.button_labels == []
    assert len(ana.after(sent)) == 1


def test_nothing_alike_names_the_nearest_and_no_customer(counter: Counter) -> None:
    ana, hook = counter.worker(language="es"), counter.part("Hook 3")
    counter.order(hook, "Secret Customer")

    sent = ana.sends_photo(photo())
    counter.finds((hook, 0.12), outcome=SightingOutcome.UNKNOWN, reason="nothing_alike")
    answer = ana.waits_for("Hook 3", after=sent)

    assert answer.text.startswith(
        "Nada del catálogo se le parece. Lo más cercano: Hook 3 (12\u00a0%)."
    )
    assert "Secret" not in answer.text


def test_an_album_is_one_sighting_with_one_answer(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("Bracket M4")

    sent = ana.sends_album([photo(shade) for shade in range(100, 107)])
    full = ana.waits_for("5 pictures of one print at most", after=sent[-1])
    counter.finds((bracket, 0.97))
    ana.waits_for("Bracket M4", after=sent[-1])

    assert len(ana.after(sent[-1])) == 2
    assert "Looking" not in full.text
    assert len(counter.bell.rung) == 1


def test_a_picture_sent_as_a_file_is_a_photo(counter: Counter) -> None:
    ana = counter.worker()

    for name in ("print.heic", "print.png", "print.webp", "IMG_1.JPG"):
        sent = ana.sends_file(name, photo())
        counter.finds(outcome=SightingOutcome.UNKNOWN, reason="no_object")
        assert "plain surface" in ana.waits_for("plain surface", after=sent).text


def test_a_refused_picture_is_said_in_the_persons_language(counter: Counter) -> None:
    ana = counter.worker(language="es")

    sent = ana.sends_file("tiny.png", photo())
    counter.refuses(JobKind.IDENTIFY, "picture_too_small", width_px=1, height_px=1, limit_px=64)
    answer = ana.waits_for("píxeles", after=sent)

    assert answer.text == (
        "Esta imagen solo tiene 1 × 1 píxeles. Necesito al menos 64 por lado."  # noqa: RUF001
    )


def test_a_picture_file_over_the_limit_is_not_fetched(counter: Counter) -> None:
    ana = counter.worker()

    sent = ana.sends_file("huge.png", b"\x89PNG" + bytes(20_000_001))
    answer = ana.waits_for("20 MB", after=sent)

    assert "as a photo instead of a file" in answer.text
    assert counter.sandbox.calls("getFile") == ()


def test_the_stl_button_sends_the_part(counter: Counter) -> None:
    ana, bracket = counter.worker(), counter.part("shelf/Bracket M4")
    sent = ana.sends_photo(photo())
    counter.finds((bracket, 0.97))
    answer = ana.waits_for("Sure", after=sent)

    toast = ana.presses(answer, "STL file")
    file = ana.waits_for(lambda message: message.file_name is not None, after=answer)

    assert toast == "Here it comes."
    assert file.file_name == "shelf_Bracket M4.stl"


def test_the_last_copy_completes_the_order_and_admins_hear_of_it_once(counter: Counter) -> None:
    ana, boss, bracket = counter.worker(), counter.admin(), counter.part("Bracket M4")
    counter.order(bracket, quantity=1)
    sent = ana.sends_photo(photo())
    counter.finds((bracket, 0.97))
    answer = ana.waits_for("Sure", after=sent)

    toast = ana.presses(answer, "✓ Right")
    ana.presses(ana.waits_for("confirmed"), "Undo")
    ana.waits_for("Sure", after=sent)
    ana.presses(answer, "✓ Right")
    ana.waits_for("confirmed")
    boss.waits_for("is complete")

    assert toast == "That was the last one: order 1042 is complete."
    told = [each.text for each in boss.from_bot()]
    assert told == ["Order 1042 for ACME is complete: all copies are found."]


def test_twenty_photos_a_minute_are_enough(counter: Counter) -> None:
    ana = counter.worker()
    for shade in range(20):
        ana.sends_photo(photo(shade))

    one_more = ana.sends_photo(photo(99))
    said = ana.waits_for("more than 20 photos", after=one_more)
    counter.clock.advance(timedelta(minutes=1))
    later = ana.sends_photo(photo(99))

    assert ana.waits_for("Looking at it", after=later).message_id > said.message_id


def test_a_local_bot_api_server_lifts_the_limit(sqlite_url: str, tmp_path: Path) -> None:
    database = open_database(sqlite_url)
    with Sandbox.start(limits=Limits(download_bytes=2_000_000_000)) as sandbox:
        sandbox.set_local_mode(on=True)
        counter = Counter(sandbox, database, tmp_path)
        counter.local_mode = True
        counter.rules = HouseRules(download_bytes=None)
        ana = counter.worker()
        counter.opens()

        content = photo() + bytes(21_000_000)
        counter.handles(ana.sends_file("huge.jpg", content))
        with database.reading() as session:
            key = session.scalars(select(SightingPhoto.file_key)).one()
        counter.closes()
    database.close()

    assert key is not None
    assert counter.files.read(FileKey(key)) == content


def test_a_file_whose_size_telegram_hides_is_refused_in_place_of_the_status(
    sqlite_url: str, tmp_path: Path
) -> None:
    database = open_database(sqlite_url)
    with Sandbox.start(limits=Limits(download_bytes=500)) as sandbox:
        counter = Counter(sandbox, database, tmp_path)
        ana = counter.worker()
        counter.opens()

        sent = ana.sends_file("small.jpg", photo())
        ana.waits_for("I can only read pictures up to 20 MB", after=sent)
        counter.handles(sent)
        counter.closes()
    database.close()

    assert len(ana.after(sent)) == 1
