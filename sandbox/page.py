"""Serve the chat page and carry what its people do into the world.

Knows HTTP and the page's own JSON; what a deed means stands in ``deeds``.
The page is for one machine: requests from other hosts' pages are refused, and no document is
ever shown inside the page's origin.
"""

import asyncio
import contextlib
import json
import mimetypes
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox import deeds
from sandbox.deeds import Post
from sandbox.errors import ApiRefusal, NoSuchButton
from sandbox.shapes import ChatKind, Media, MediaKind, Message, User
from sandbox.state import ChatRoom, World
from sandbox.wire import entity_json

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
STATIC = Path(__file__).parent / "page"
PICTURES = (".jpg", ".jpeg", ".png", ".webp")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
#: A silent stream gets a comment this often, so that both ends notice a dead one.
HEARTBEAT_S = 15.0
#: While the bot acts busy, look again this often whether it has stopped.
BUSY_LOOK_S = 1.0
#: How long the page waits for a button's answer; Telegram's own spinner turns about as long.
PRESS_PATIENCE_S = 15.0
#: A kept photo never changes.
FOR_EVER = "private, max-age=31536000, immutable"
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class ChatPage:
    """The page, its files and its small JSON API."""

    def __init__(self, world: World, samples: Path | None) -> None:
        self.world = world
        self.samples = samples
        #: Tells a page that was left open that it now talks to another sandbox.
        self.name = secrets.token_hex(8)

    def add_to(self, router: web.UrlDispatcher) -> None:
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "/", self._index),
            ("GET", "/page/static/{name}", self._static),
            ("GET", "/page/people", self._people),
            ("GET", "/page/events", self._events),
            ("POST", "/page/chats/{person}/text", self._text),
            ("POST", "/page/chats/{person}/files", self._files),
            ("POST", "/page/chats/{person}/press", self._press),
            ("GET", "/page/files/{file_id}", self._file),
            ("GET", "/page/samples/{name}", self._sample),
        ]
        for verb, path, handler in routes:
            router.add_route(verb, path, _guarded(handler))

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        known = {path.name: path for path in STATIC.iterdir()}
        if request.match_info["name"] not in known:
            raise web.HTTPNotFound
        return web.FileResponse(known[request.match_info["name"]])

    async def _people(self, _request: web.Request) -> web.StreamResponse:
        people = [
            {"id": u.user_id, "name": u.first_name, "label": u.label, "language": u.language_code}
            for u in self.world.people()
        ]
        bot = {"name": self.world.bot.first_name, "username": self.world.bot.username}
        return web.json_response({"bot": bot, "people": people, "samples": self._sample_names()})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """One stream of server-sent events for all chats; goes on where a lost one stopped."""
        since = int(request.headers.get("Last-Event-ID") or 0)
        stream = web.StreamResponse(
            headers={**SECURITY_HEADERS, "Content-Type": "text/event-stream"}
        )
        await stream.prepare(request)
        with contextlib.suppress(ConnectionResetError):  # the reader closed the page
            await self._tell(stream, since)
        return stream

    async def _tell(self, stream: web.StreamResponse, since: int) -> None:
        shown: dict[int, str | None] = {}
        while not self.world.bell.is_closed:
            news, newest = self._news(since, shown)
            since = newest
            for piece in news:
                shown[piece["person"]] = piece["action"]
                await stream.write(f"id: {since}\ndata: {json.dumps(piece)}\n\n".encode())
            if not news:
                await stream.write(b": still here\n\n")
            patience_s = BUSY_LOOK_S if any(shown.values()) else HEARTBEAT_S
            await self.world.bell.listen(partial(self._newer_than, since), patience_s)

    def _news(self, since: int, shown: dict[int, str | None]) -> tuple[list[Json], int]:
        """What changed in the private chats after a version, and the version that is now."""
        with self.world.bell.lock:
            rooms = self._private_rooms()
            news = [
                self._news_of(room, since)
                for room in rooms
                if room.version > since
                or self.world.action_shown(room) != shown.get(room.chat.chat_id)
            ]
            return news, max((room.version for room in rooms), default=since)

    def _news_of(self, room: ChatRoom, since: int) -> Json:
        return {
            "world": self.name,
            "person": room.chat.chat_id,
            "action": self.world.action_shown(room),
            "commands": [
                {"command": c.command, "description": c.description}
                for c in self.world.menu_for(room.members[0])
            ],
            "messages": [message_for_page(m) for m in room.messages.values() if m.version > since],
        }

    def _newer_than(self, version: int) -> bool | None:
        return any(room.version > version for room in self._private_rooms()) or None

    def _private_rooms(self) -> list[ChatRoom]:
        return [r for r in self.world.rooms.values() if r.chat.kind is ChatKind.PRIVATE]

    async def _text(self, request: web.Request) -> web.StreamResponse:
        user, room = self._seat(request)
        body = await _json_body(request)
        post = Post(str(body.get("text") or ""), (), _message_id(body.get("reply_to")))
        deeds.send(self.world, room, user, post)
        return web.json_response({"ok": True})

    async def _files(self, request: web.Request) -> web.StreamResponse:
        user, room = self._seat(request)
        form = await request.post()
        kind = MediaKind(str(form.get("as") or MediaKind.PHOTO.value))
        files = [f for f in form.getall("files", []) if isinstance(f, web.FileField)]
        media = tuple([await asyncio.to_thread(self._keep, file, kind) for file in files])
        post = Post(str(form.get("caption") or ""), media, _message_id(form.get("reply_to")))
        deeds.send(self.world, room, user, post)
        return web.json_response({"ok": True})

    def _keep(self, file: web.FileField, kind: MediaKind) -> Media:
        with file.file as opened:
            content = opened.read()
        if kind is MediaKind.PHOTO:
            return self.world.shelf.keep_photo(content)
        return self.world.shelf.keep_document(content, name=file.filename)

    async def _press(self, request: web.Request) -> web.StreamResponse:
        user, room = self._seat(request)
        body = await _json_body(request)
        message = self.world.standing(room.chat.chat_id, _message_id(body.get("message_id")) or 0)
        if message is None:
            raise web.HTTPNotFound
        press = deeds.press(self.world, message, message.button(str(body.get("data"))), user)
        toast = await self.world.bell.listen(lambda: press.toast, PRESS_PATIENCE_S)
        if toast is None:
            return web.json_response({"answered": False, "toast": "", "alert": False})
        return web.json_response({"answered": True, "toast": toast.text, "alert": toast.is_alert})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self.world.shelf.find(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        if file.path.parent.name == "photos":
            headers = {"Content-Type": "image/jpeg", "Cache-Control": FOR_EVER}
            return web.FileResponse(file.path, headers=headers)
        return web.FileResponse(
            file.path,
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": "attachment",
            },
        )

    async def _sample(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if self.samples is None or name not in self._sample_names():
            raise web.HTTPNotFound
        kind = mimetypes.guess_type(name)[0] or "image/jpeg"
        return web.FileResponse(self.samples / name, headers={"Content-Type": kind})

    def _sample_names(self) -> list[str]:
        if self.samples is None or not self.samples.is_dir():
            return []
        return sorted(p.name for p in self.samples.iterdir() if p.suffix.lower() in PICTURES)

    def _seat(self, request: web.Request) -> tuple[User, ChatRoom]:
        wanted = request.match_info["person"]
        for user in self.world.people():
            if str(user.user_id) == wanted:
                return user, self.world.rooms[user.user_id]
        raise web.HTTPNotFound


def message_for_page(message: Message) -> Json:
    """A message as the page draws it; a deleted one is only its number."""
    if message.is_deleted:
        return {"id": message.message_id, "deleted": True}
    content = message.content
    return {
        "id": message.message_id,
        "mine": not message.from_bot,
        "sender": message.sender.first_name,
        "at": int(message.sent_on.timestamp() * 1000),
        "edited": message.edited_on is not None and not message.from_bot,
        "text": content.words.text,
        "entities": [entity_json(e) for e in content.words.entities],
        "album": message.media_group_id,
        "reply_to": message.reply_to_id,
        "asks_for_reply": message.asks_for_reply,
        "media": _media_for_page(content.media),
        "keyboard": [
            [{"label": b.label, "data": b.data, "url": b.url} for b in row]
            for row in content.keyboard
        ],
    }


def _media_for_page(media: Media | None) -> Json | None:
    if media is None:
        return None
    url = f"/page/files/{media.file.file_id}"
    if media.kind is MediaKind.PHOTO:
        largest = media.sizes[-1]
        return {
            "kind": "photo",
            "url": url,
            "width": largest.width_px,
            "height": largest.height_px,
        }
    return {
        "kind": "document",
        "url": url,
        "name": media.file.name,
        "size": media.file.size_bytes,
    }


def _guarded(handler: Handler) -> Handler:
    """Answer only this machine's own pages, say refusals in JSON, add the safety headers."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        _check_origin(request)
        try:
            response = await handler(request)
        except (ApiRefusal, NoSuchButton, ValueError) as refusal:
            reason = refusal.description if isinstance(refusal, ApiRefusal) else str(refusal)
            response = web.json_response({"ok": False, "reason": reason}, status=400)
        if not response.prepared:
            for name, value in SECURITY_HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    return guarded


def _check_origin(request: web.Request) -> None:
    host = request.host.rsplit(":", 1)[0]
    if host not in LOOPBACK:
        raise web.HTTPForbidden
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        raise web.HTTPForbidden


async def _json_body(request: web.Request) -> Json:
    body = await request.json()
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return body


def _message_id(given: object) -> int | None:
    return int(given) if isinstance(given, int | str) and str(given).isdigit() else None
