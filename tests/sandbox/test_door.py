import asyncio
import socket
import time
from pathlib import Path

import pytest
from telegram.ext import ExtBot

from sandbox import Sandbox
from tests.sandbox.conftest import AnyBot


async def test_stopping_lets_a_waiting_poll_go_and_frees_the_port() -> None:
    sandbox = Sandbox.start()
    made: AnyBot = ExtBot(sandbox.token, base_url=sandbox.base_url)
    async with made as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=50))
        await asyncio.to_thread(sandbox.waits_until_polled)
        began = time.monotonic()
        await asyncio.to_thread(sandbox.stop)

        assert await poll == ()
    assert time.monotonic() - began < 10
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", sandbox.port))


def test_a_taken_port_says_so() -> None:
    with Sandbox.start() as first, pytest.raises(OSError, match=str(first.port)):
        Sandbox.start(first.port)


def test_two_sandboxes_know_nothing_of_each_other() -> None:
    with Sandbox.start() as one, Sandbox.start() as other:
        ana = one.person(user_id=11, name="Ana")
        same = other.person(user_id=11, name="Ana")
        ana.sends_text("hello")

        assert (len(ana.messages()), len(same.messages())) == (1, 0)
        assert (one.unconfirmed_updates(), other.unconfirmed_updates()) == (1, 0)


def test_files_go_where_they_are_wanted_and_stay_there(tmp_path: Path) -> None:
    with Sandbox.start(folder=tmp_path) as sandbox:
        sandbox.person(user_id=11, name="Ana").sends_file("a.stl", b"solid")

    assert [p.read_bytes() for p in tmp_path.rglob("*.stl")] == [b"solid"]
