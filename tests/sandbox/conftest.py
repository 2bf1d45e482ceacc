"""A sandbox, a bot that knows nothing but python-telegram-bot, two people and pictures."""

import io
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from PIL import Image, ImageDraw
from telegram.ext import ExtBot

from sandbox import Person, Sandbox

Picture = Callable[..., bytes]
AnyBot = ExtBot[Any]


class FakeClock:
    """A clock that goes only when told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        self.now_s += seconds


def draw_picture(
    width_px: int = 1600, height_px: int = 1200, *, kind: str = "JPEG", tone: int = 150
) -> bytes:
    """A plate with a bracket on it, good enough to be looked at."""
    image = Image.new("RGB", (width_px, height_px), (70, 80, 92))
    draw = ImageDraw.Draw(image)
    left, top = width_px // 4, height_px // 4
    draw.rectangle((left, top, left * 3, top * 3), fill=(230, tone, 40))
    draw.ellipse((left * 1.5, top * 1.5, left * 2.2, top * 2.2), fill=(70, 80, 92))
    encoded = io.BytesIO()
    image.save(encoded, kind)
    return encoded.getvalue()


@pytest.fixture(autouse=True)
def _modern_durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let python-telegram-bot give durations as timedelta; the old way is a warning."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def picture() -> Picture:
    return draw_picture


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as started:
        yield started


@pytest.fixture
def ana(sandbox: Sandbox) -> Person:
    return sandbox.person(user_id=11, name="Ana", language="es", label="worker").is_acquainted()


@pytest.fixture
def bruno(sandbox: Sandbox) -> Person:
    return sandbox.person(user_id=12, name="Bruno", label="admin").is_acquainted()


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[AnyBot]:
    made: AnyBot = ExtBot(
        sandbox.token, base_url=sandbox.base_url, base_file_url=sandbox.base_file_url
    )
    async with made as ready:
        yield ready
