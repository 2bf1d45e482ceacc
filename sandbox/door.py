"""Start and stop a sandbox: its own thread, its own event loop, one port on loopback.

The Bot API and the chat page share the port. See the package's docstring for how to use it.
"""

import asyncio
import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from types import TracebackType

from aiohttp import web

from sandbox.files import FileShelf
from sandbox.limits import Clock, Limits, TroubleKind
from sandbox.page import ChatPage
from sandbox.people import Group, Person
from sandbox.server import FORM_BYTES, BotApi
from sandbox.shapes import ApiCall, User
from sandbox.state import World

HOST = "127.0.0.1"
#: Looks like a token, opens nothing but a sandbox.
TOKEN = "10000001:sandbox-token-for-loopback-only"  # noqa: S105 - no secret, never leaves loopback
BOT = User(
    user_id=10_000_001, first_name="Whoseprint", username="whoseprint_sandbox_bot", is_bot=True
)
START_TIMEOUT_S = 20.0
#: How long open connections may take to end; waiting polls are let go at once.
GOODBYE_S = 0.5


class Sandbox:
    """A running Bot API server with its chat page and the people in it."""

    def __init__(self, world: World, server: "_ServerThread", folder: Path, *, own: bool) -> None:
        self._world = world
        self._server = server
        self._folder = folder
        self._owns_folder = own
        self.token = world.token

    @classmethod
    def start(  # noqa: PLR0913 - one door with sensible defaults
        cls,
        port: int = 0,
        *,
        folder: Path | None = None,
        samples: Path | None = None,
        limits: Limits = Limits(),  # noqa: B008 - frozen, so one default for all is safe
        clock: Clock = time.monotonic,
        first_id: int = 1,
    ) -> "Sandbox":
        """Open a sandbox; port 0 takes a free one.

        ``folder`` keeps the files that are sent (a temporary one otherwise), ``samples`` holds
        pictures that lie ready on the page, ``clock`` decides when button presses and rate
        limits run out. Updates and messages are numbered from ``first_id``: a bot whose database
        outlives the sandbox must not meet the same numbers again.

        Raises:
            OSError: the port is taken.
        """
        home = folder or Path(tempfile.mkdtemp(prefix="sandbox-"))
        shelf = FileShelf(home.resolve(), limits)
        world = World(
            bot=BOT, token=TOKEN, shelf=shelf, limits=limits, clock=clock, first_id=first_id
        )
        server = _ServerThread(world, samples, port)
        server.open()
        return cls(world, server, home, own=folder is None)

    def stop(self) -> None:
        """Close the server and forget everything; waiting people and polls are let go."""
        self._server.close()
        if self._owns_folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        return self._server.port

    @property
    def page_url(self) -> str:
        return f"http://{HOST}:{self.port}/"

    @property
    def base_url(self) -> str:
        """For python-telegram-bot's ``base_url``."""
        return f"http://{HOST}:{self.port}/bot"

    @property
    def base_file_url(self) -> str:
        """For python-telegram-bot's ``base_file_url``."""
        return f"http://{HOST}:{self.port}/file/bot"

    def person(
        self, *, user_id: int, name: str, language: str | None = "en", label: str = ""
    ) -> Person:
        """Let somebody have a phone; the label (worker, admin) shows on the page."""
        user = User(user_id=user_id, first_name=name, language_code=language, label=label)
        person = Person(self._world, user)
        self._world.menus_changed()
        return person

    def group(self, *, title: str, members: Iterable[Person]) -> Group:
        """Make a group of these people and the bot."""
        users = [person.user for person in members]
        return Group(self._world, self._world.open_group(title, users))

    def set_privacy_mode(self, *, on: bool) -> None:
        """Whether the bot gets only what is meant for it in groups (on at first)."""
        self._world.privacy_mode = on

    def set_local_mode(self, *, on: bool) -> None:
        """Whether getFile names absolute paths, as a local Bot API server does."""
        self._world.local_mode = on

    def orders_trouble(
        self,
        kind: TroubleKind,
        *,
        calls: int = 1,
        methods: Collection[str] = (),
        retry_after_s: int = 1,
    ) -> None:
        """Let the next calls fail; without methods named it is any call but getUpdates."""
        with self._world.bell.lock:
            self._world.troubles.order(
                kind, calls=calls, methods=methods, retry_after_s=retry_after_s
            )

    @contextlib.contextmanager
    def holds(self, method: str) -> Iterator["Gate"]:
        """Let calls of a method wait until the block ends: time to kill the bot in mid-call.

        What is let go takes effect, unless its caller has gone meanwhile.
        """
        name = method.lower()
        with self._world.bell.lock:
            self._world.held[name] += 1
        try:
            yield Gate(self._world, name)
        finally:
            with self._world.bell.lock:
                self._world.held[name] -= 1
                self._world.bell.ring()

    def clears_troubles(self) -> None:
        """Take back every ordered trouble that has not struck yet."""
        with self._world.bell.lock:
            self._world.troubles.clear()

    def calls(self, method: str = "") -> tuple[ApiCall, ...]:
        """The calls the bot has made, all or those of one method."""
        with self._world.bell.lock:
            made = tuple(self._world.calls)
        return tuple(c for c in made if method.lower() in ("", c.method.lower()))

    def waits_for_calls(
        self, method: str, *, count: int = 1, timeout_s: float = 10.0
    ) -> tuple[ApiCall, ...]:
        """Wait until the bot has called a method so often; gives what there is in the end."""
        self._world.bell.wait(lambda: len(self.calls(method)) >= count or None, timeout_s)
        return self.calls(method)

    def waits_until_polled(self, *, timeout_s: float = 10.0) -> bool:
        """Wait until the bot listens; false when it does not in time."""
        world = self._world
        return bool(world.bell.wait(lambda: world.updates.is_polled() or None, timeout_s))

    def unconfirmed_updates(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self._world.updates.waiting())


class Gate:
    """A method whose calls are held."""

    def __init__(self, world: World, method: str) -> None:
        self._world = world
        self._method = method

    def waits_until_reached(self, *, calls: int = 1, timeout_s: float = 10.0) -> bool:
        """Wait until so many calls stand at the gate; false when they do not come in time."""
        waiting = self._world.waiting_calls
        return bool(
            self._world.bell.wait(lambda: waiting[self._method] >= calls or None, timeout_s)
        )


class _ServerThread:
    """One thread with one event loop that serves until it is closed."""

    def __init__(self, world: World, samples: Path | None, port: int) -> None:
        self._world = world
        self._samples = samples
        self.port = port
        self._opened = threading.Event()
        self._failure: OSError | None = None
        self._loop = asyncio.new_event_loop()
        self._ended: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)

    def open(self) -> None:
        self._thread.start()
        if not self._opened.wait(START_TIMEOUT_S):
            raise TimeoutError("the sandbox did not open its port")
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def close(self) -> None:
        ended = self._ended
        self._world.bell.close()
        if self._thread.is_alive() and ended is not None:
            self._loop.call_soon_threadsafe(ended.set)
            self._thread.join()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except OSError as taken:
            self._failure = taken
            self._opened.set()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=GOODBYE_S)
        await runner.setup()
        try:
            site = web.TCPSite(runner, HOST, self.port, reuse_address=True)
            await site.start()
            self.port = runner.addresses[0][1]
            self._opened.set()
            await self._ended.wait()
        finally:
            await runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=self._world.limits.upload_bytes + FORM_BYTES)
        BotApi(self._world).add_to(app.router)
        ChatPage(self._world, self._samples).add_to(app.router)
        return app
