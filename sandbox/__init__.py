"""A Telegram Bot API server on loopback and a phone-like chat page, for demo and tests.

The bot runs against it unmodified; a test holds the phones:

    with Sandbox.start() as sandbox:                     # port=8080 for the page at a fixed place
        # Application.builder().token(sandbox.token)
        #     .base_url(sandbox.base_url).base_file_url(sandbox.base_file_url)
        ana = sandbox.person(user_id=11, name="Ana", language="es", label="worker")
        ana.starts()                                     # "/start"; before it the bot may not write
        photo = ana.sends_photo(jpeg, caption="/whois")
        answer = ana.waits_for("Bracket M4", after=photo)
        assert answer.photo is not None                  # bytes; also .text .buttons .texts
        assert ana.presses(answer, "Right") == "Noted"   # waits for the toast
        assert len(ana.after(photo)) == 1                # answered exactly once
        assert ana.first_sign_s(photo) < 1.0

A person also ``sends_text``, ``sends_album``, ``sends_file``, ``replies_to``, ``edits``, ``taps``
without waiting, sees ``messages()``, ``everything()`` (deleted ones too), ``menu()``,
``actions()``, and waits by ``waits_for`` and ``waits_until``. In a group the same verbs hang on
``group.seat_of(person)``. Messages are frozen: ``look_at(message)`` gives it as it stands now.

Trouble is ordered by ``sandbox.orders_trouble(TroubleKind.CUT_AFTER, methods=["sendPhoto"])``;
``with sandbox.holds("sendPhoto") as gate: gate.waits_until_reached()`` stops the bot in mid-call,
to be killed there; ``sandbox.waits_until_polled()`` tells that it listens and
``sandbox.calls("sendPhoto")`` counts what it did. ``Limits`` and ``clock`` are given at the start.

Knows only the Bot API. Choices: docs/decisions/0003-sandbox.md
"""

from sandbox.door import BOT, TOKEN, Gate, Sandbox
from sandbox.errors import ApiRefusal, NeverHappened, NoSuchButton, SandboxError
from sandbox.limits import Limits, TroubleKind
from sandbox.people import Group, Person, Seat
from sandbox.shapes import (
    ApiCall,
    BotCommand,
    Button,
    Chat,
    ChatAction,
    ChatKind,
    Content,
    Entity,
    Media,
    MediaKind,
    Message,
    PhotoSize,
    Revision,
    StoredFile,
    Toast,
    User,
    Words,
)

__all__ = [
    "BOT",
    "TOKEN",
    "ApiCall",
    "ApiRefusal",
    "BotCommand",
    "Button",
    "Chat",
    "ChatAction",
    "ChatKind",
    "Content",
    "Entity",
    "Gate",
    "Group",
    "Limits",
    "Media",
    "MediaKind",
    "Message",
    "NeverHappened",
    "NoSuchButton",
    "Person",
    "PhotoSize",
    "Revision",
    "Sandbox",
    "SandboxError",
    "Seat",
    "StoredFile",
    "Toast",
    "TroubleKind",
    "User",
    "Words",
]
