"""Who may do what: every command, button, file and answer, by role."""

import inspect
from datetime import timedelta

import pytest

from bot import handlers
from bot.buttons import packed, seal_of
from bot.menus import ADMIN_MENU, WORKER_MENU
from bot.table import ANSWERS, COMMANDS, CONTENTS, SEALED_PRESSES, SIGHTING_PRESSES
from bot.turn import Access
from catalog.people import Guest, enroll
from catalog.tables import Role
from sandbox import Person
from tests.bot.counter import Counter, photo

TABLES = (COMMANDS, CONTENTS, SIGHTING_PRESSES, SEALED_PRESSES, ANSWERS)
ADMIN_COMMANDS = sorted(name for name, deed in COMMANDS.items() if deed.access is Access.ADMIN)
ADMIN_BUTTONS = sorted(v for v, deed in SEALED_PRESSES.items() if deed.access is Access.ADMIN)
OF_STRANGERS = "This bot belongs to a print shop. If you work there, show an admin this number: "


def _table_of_handlers() -> dict[str, Access]:
    return {
        f"{deed.do.__module__}.{deed.do.__name__}": deed.access
        for table in TABLES
        for deed in table.values()
    }


def test_every_handler_stands_in_the_table_with_its_access() -> None:
    public = set()
    for name in (
        "asking",
        "batches",
        "choosing",
        "greeting",
        "groups",
        "health",
        "history",
        "intake",
        "looking",
        "more_photos",
    ):
        public |= _handlers_of(name)
    public |= _handlers_of("parts") | _handlers_of("people") | _handlers_of("verdicts")
    helped = {
        "bot.handlers.looking.look",
        "bot.handlers.looking.photo",
        "bot.handlers.looking.fetched",
        "bot.handlers.looking.look_among",
        "bot.handlers.verdicts.send_stl",
        "bot.handlers.verdicts.open_card",
        "bot.handlers.greeting.turn_away",
        "bot.handlers.intake.part_file_from_worker",
    }

    assert public - helped == set(_table_of_handlers())


def _handlers_of(name: str) -> set[str]:
    module = getattr(handlers, name)
    return {
        f"{module.__name__}.{each}"
        for each, found in vars(module).items()
        if inspect.iscoroutinefunction(found)
        and found.__module__ == module.__name__
        and not each.startswith("_")
    }


def test_strangers_may_say_hello_and_nothing_else() -> None:
    open_to_all = {name for name, access in _table_of_handlers().items() if access is Access.ANYONE}

    assert open_to_all == {"bot.handlers.greeting.start", "bot.handlers.groups.service"}


def test_the_menus_offer_what_the_role_may_do() -> None:
    allowed = {name for name, deed in COMMANDS.items() if deed.access is not Access.ADMIN}

    assert set(WORKER_MENU) <= allowed
    assert set(ADMIN_MENU) == set(COMMANDS) - {"start"}


@pytest.fixture
def mallory(counter: Counter) -> Person:
    return counter.stranger()


def test_a_stranger_hears_one_sentence_an_hour_whatever_they_send(
    counter: Counter, mallory: Person
) -> None:
    counter.part("Secret part")
    first = mallory.starts()
    mallory.waits_for(OF_STRANGERS + "666.", after=first)

    for name in COMMANDS:
        mallory.sends_text(f"/{name} Secret")
    mallory.starts("inv_invented")
    mallory.sends_text("hello?")
    mallory.sends_photo(photo())
    mallory.sends_photo(photo(), caption="/whois")
    mallory.sends_file("part.stl", b"solid")
    mallory.sends_file("a.pdf", b"%PDF")
    counter.handles(mallory.sends_text("please"))
    counter.clock.advance(timedelta(minutes=61))
    last = mallory.sends_text("hello again")
    mallory.waits_for(OF_STRANGERS, after=last)

    texts = [message.text for message in mallory.from_bot()]
    assert texts == [OF_STRANGERS + "666."] * 2
    assert counter.bell.rung == []
    assert counter.sandbox.calls("getFile") == ()


def test_a_strangers_forged_buttons_do_nothing(counter: Counter, mallory: Person) -> None:
    part = counter.part("Bracket")
    hello = mallory.starts()
    told = mallory.waits_for(OF_STRANGERS, after=hello)
    seal = seal_of(counter.sandbox.token)

    for verb in (*SIGHTING_PRESSES, *SEALED_PRESSES):
        data = seal.data(verb, part, chat_id=mallory.chat_id)
        assert mallory.sees_toast(mallory.taps_data(told, data)).text == ""

    assert len(mallory.from_bot()) == 1


def test_a_worker_is_told_that_only_admins_may(counter: Counter) -> None:
    counter.part("Bracket")
    ana = counter.worker()

    for command in ADMIN_COMMANDS:
        sent = ana.sends_text(f"/{command} Bracket")
        assert ana.waits_for("", after=sent).text == "Only admins can do that."


def test_a_worker_cannot_press_an_admins_buttons(counter: Counter) -> None:
    ana, part = counter.worker(), counter.part("Bracket")
    sent = ana.sends_text("/help")
    message = ana.waits_for("/whois", after=sent)
    seal = seal_of(counter.sandbox.token)

    for verb in ADMIN_BUTTONS:
        data = seal.data(verb, part, chat_id=ana.chat_id)
        toast = ana.sees_toast(ana.taps_data(message, data)).text
        assert toast == "Only admins can do that.", verb


def test_a_worker_who_sends_an_stl_hears_who_can(counter: Counter) -> None:
    ana = counter.worker()

    sent = ana.sends_file("bracket.stl", b"solid")

    assert "for admins" in ana.waits_for("", after=sent).text
    assert counter.bell.rung == []


def test_buttons_copied_from_another_chat_do_nothing(counter: Counter) -> None:
    ana, ben, boss = counter.worker(), counter.worker("Ben", user_id=12), counter.admin()
    part = counter.part("Bracket")
    counter.order(part)
    sent = ana.sends_photo(photo())
    counter.finds((part, 0.97))
    of_ana = ana.waits_for("Sure", after=sent).button("✓ Right").data
    card = boss.sends_text("/part Bracket")
    retire = boss.waits_for("Bracket", after=card).button("Retire").data
    assert of_ana is not None
    assert retire is not None
    asked = ben.sends_text("/help")
    elsewhere = ben.waits_for("/whois", after=asked)
    group = counter.sandbox.group(title="Shop", members=[boss])
    in_group = group.seat_of(boss).sends_text("/everyphoto")
    shown = group.seat_of(boss).waits_for("group", after=in_group)

    old = "This button is too old. Please ask again."
    assert ben.sees_toast(ben.taps_data(elsewhere, of_ana)).text == old
    seat = group.seat_of(boss)
    assert seat.sees_toast(seat.taps_data(shown, retire)).text == old
    too_large = f"right:{2**31}:nonce:1"
    wrong = packed("right", 1, "wrong", "1")
    for garbage in ("", ":", "right", "right:x:y", "right:²:y", wrong, too_large, "a:1:b:c:d:e"):
        assert ben.sees_toast(ben.taps_data(elsewhere, garbage)).text == old


def test_an_invite_lets_one_person_in_and_tells_the_admins(counter: Counter) -> None:
    boss, newcomer = counter.admin(), counter.stranger(user_id=77)
    asked = boss.sends_text("/invite")
    link = boss.waits_for("https://t.me/", after=asked).text.splitlines()[1]
    payload = link.partition("?start=")[2]

    newcomer.starts(payload)
    newcomer.waits_for("Send me a photo")
    boss.waits_for("has joined", after=asked)
    late = counter.stranger(user_id=78)
    used = late.starts(payload)

    assert payload.startswith("inv_")
    assert "has been used" in late.waits_for("", after=used).text
    assert [command.command for command in newcomer.menu()] == list(WORKER_MENU)
    assert [command.command for command in boss.menu()] == list(ADMIN_MENU)
    assert [command.command for command in late.menu()] == ["start"]


def test_an_expired_invite_opens_nothing(counter: Counter) -> None:
    boss, newcomer = counter.admin(), counter.stranger(user_id=77)
    asked = boss.sends_text("/invite admin")
    told = boss.waits_for("https://t.me/", after=asked).text
    counter.clock.advance(timedelta(days=7))

    sent = newcomer.starts(told.splitlines()[1].partition("?start=")[2])

    assert "admin" in told.splitlines()[0]
    assert "has run out" in newcomer.waits_for("", after=sent).text


def test_a_removed_person_is_a_stranger_at_once(counter: Counter) -> None:
    boss, ana = counter.admin(), counter.worker()
    asked = boss.sends_text("/people")
    listed = boss.waits_for("2 people work here", after=asked)

    boss.presses(listed, "Remove Ana")
    boss.presses(boss.waits_for("Remove Ana?", after=asked), "Yes, remove")
    boss.waits_for("One person works here", after=asked)
    sent = ana.sends_photo(photo())

    assert OF_STRANGERS in ana.waits_for("", after=sent).text
    assert counter.bell.rung == []


def test_a_person_who_changes_the_phones_language_is_answered_in_it(counter: Counter) -> None:
    counter.worker(language="es")
    ana = counter.sandbox.person(user_id=11, name="Ana", language="en")

    sent = ana.sends_text("/help")

    assert "Send a photo" in ana.waits_for("", after=sent).text


def test_whoever_was_enrolled_before_their_first_word_gets_their_menu_with_it(
    counter: Counter,
) -> None:
    zoe = counter.sandbox.person(user_id=41, name="Zoe", language="en")
    with counter.database.transaction() as session:
        guest = Guest(telegram_id=41, name="Zoe", language="en")
        enroll(session, guest, role=Role.ADMIN, now=counter.clock())

    zoe.waits_for("Hello Zoe", after=zoe.starts())

    assert [command.command for command in zoe.menu()] == list(ADMIN_MENU)
