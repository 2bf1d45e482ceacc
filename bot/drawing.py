"""From an answer to a message: files fetched, the picture drawn off the event loop.

A file that is gone leaves its tile empty; names and numbers stand in the words anyway.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from bot import pictures
from bot.answers import Picture, Reply
from bot.desk import Desk
from bot.line import Speech
from catalog.files import FileGone, FileKey


async def speech_of(reply: Reply, desk: Desk) -> Speech:
    """The message that an answer becomes."""
    picture = None if reply.picture is None else await _drawn(reply.picture, desk)
    return Speech(text=reply.text, keyboard=reply.keyboard, picture=picture)


async def sheet_of(key: FileKey | None, desk: Desk) -> bytes | None:
    """A part's contact sheet as people see it."""
    content = await file_or_none(key, desk)
    return None if content is None else await _draw(desk, partial(pictures.sheet, content))


async def list_of(rows: Sequence[tuple[FileKey | None, str, str]], desk: Desk) -> bytes:
    """A list with previews: key, title, words below."""
    shown = [(await file_or_none(key, desk), title, below) for key, title, below in rows]
    return await _draw(desk, partial(pictures.listed, shown))


async def file_or_none(key: FileKey | None, desk: Desk) -> bytes | None:
    """A file, or None when there is none (any more)."""
    if key is None:
        return None
    try:
        return await desk.file(key)
    except FileGone:
        return None


async def _drawn(picture: Picture, desk: Desk) -> bytes:
    previews = [await file_or_none(key, desk) for key in picture.previews]
    cut_out = await file_or_none(picture.cut_out, desk)
    if not previews:
        return await _draw(desk, partial(pictures.marked, cut_out))
    if len(previews) == 1:
        lines = await file_or_none(picture.lines, desk)
        return await _draw(desk, partial(pictures.beside, cut_out, previews[0], lines))
    side = await file_or_none(picture.side, desk)
    telling = None if side is None else pictures.TellingSide(side, picture.side_numbers)
    asked_view = await file_or_none(picture.asked_view, desk)
    shown = pictures.Sides(telling=telling, asked_view=asked_view)
    return await _draw(desk, partial(pictures.numbered, previews, cut_out, sides=shown))


async def _draw(desk: Desk, draw: Callable[[], bytes]) -> bytes:
    async with desk.easel:
        return await asyncio.to_thread(draw)
