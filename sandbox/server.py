"""Speak the Bot API over HTTP: one route for the methods, one for the downloads.

Knows aiohttp and the table of methods; what a method does stands in its own module.
Everything but the long poll runs in a thread, because pictures are encoded on the way.
"""

import asyncio
import hmac
import time
from collections.abc import Callable

from aiohttp import web

from sandbox import asking, editing, sending
from sandbox.calls import BotCall, read_call
from sandbox.errors import (
    HTTP_NOT_FOUND,
    HTTP_TOO_LARGE,
    HTTP_UNAUTHORIZED,
    ApiRefusal,
    ConnectionCut,
)
from sandbox.limits import TroubleKind
from sandbox.shapes import ApiCall
from sandbox.state import World
from sandbox.updates import MOST_AT_ONCE
from sandbox.wire import Json

Answer = Json | list[Json] | bool
Method = Callable[[World, BotCall], Answer]
#: Room for the form around an upload of the largest allowed size.
FORM_BYTES = 1024 * 1024
LONGEST_POLL_S = 50
LONGEST_HOLD_S = 600.0
HTTP_OK = 200

METHODS: dict[str, Method] = {
    "getme": asking.get_me,
    "deletewebhook": asking.delete_webhook,
    "getwebhookinfo": asking.get_webhook_info,
    "logout": asking.leave,
    "close": asking.leave,
    "getchat": asking.get_chat,
    "getchatmember": asking.get_chat_member,
    "getfile": asking.get_file,
    "answercallbackquery": asking.answer_callback_query,
    "setmycommands": asking.set_my_commands,
    "getmycommands": asking.get_my_commands,
    "deletemycommands": asking.delete_my_commands,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "sendmediagroup": sending.send_media_group,
    "sendchataction": sending.send_chat_action,
    "copymessage": sending.copy_message,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagemedia": editing.edit_message_media,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": editing.delete_message,
    "deletemessages": editing.delete_messages,
}
#: Methods that count against a chat's rate.
_COUNTED = ("sendmessage", "sendphoto", "senddocument", "sendmediagroup", "copymessage", "edit")


class BotApi:
    """The routes of a Bot API server over one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/bot{token}/{method}", self._method)
        router.add_get("/file/bot{token}/{path:.+}", self._download)

    async def _method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        call = BotCall(method)
        try:
            self._check_token(request)
            call = await read_call(request, method)
            await self._hold(request, method.lower())
            result = await self._answer(call)
        except web.HTTPRequestEntityTooLarge:
            return self._refused(call, ApiRefusal(HTTP_TOO_LARGE, "Request Entity Too Large"))
        except ApiRefusal as refusal:
            return self._refused(call, refusal)
        except ConnectionCut as cut:
            return self._cut(request, call, cut)
        except ConnectionResetError:  # the bot went away in the middle of its own request
            return web.Response()
        self._record(call, HTTP_OK)
        return web.json_response({"ok": True, "result": result})

    async def _hold(self, request: web.Request, method: str) -> None:
        """Let a call wait while its method is held; one whose caller went away is dropped."""
        if not self.world.held[method]:
            return
        with self.world.bell.lock:
            self.world.waiting_calls[method] += 1
            self.world.bell.ring()
        await self.world.bell.listen(lambda: not self.world.held[method] or None, LONGEST_HOLD_S)
        with self.world.bell.lock:
            self.world.waiting_calls[method] -= 1
        if request.transport is None or request.transport.is_closing():
            raise ConnectionCut

    async def _answer(self, call: BotCall) -> Answer:
        method = call.method.lower()
        if method == "getupdates":
            return await self._get_updates(call)
        if method not in METHODS:
            raise ApiRefusal(HTTP_NOT_FOUND, "Not Found: method not found")
        with self.world.bell.lock:
            trouble = self.world.troubles.strike(method)
            if method.startswith(_COUNTED) and call.has("chat_id"):
                self.world.rates.take(call.chat_id)
        result = await asyncio.to_thread(METHODS[method], self.world, call)
        if trouble is TroubleKind.CUT_AFTER:
            raise ConnectionCut
        return result

    async def _get_updates(self, call: BotCall) -> list[Json]:
        with self.world.bell.lock:
            self.world.troubles.strike("getupdates")
        if call.has("allowed_updates"):
            self.world.updates.allow_only(call.parsed("allowed_updates") or [])
        found = await self.world.updates.poll(
            offset=call.integer("offset"),
            limit=min(max(call.integer("limit", MOST_AT_ONCE), 1), MOST_AT_ONCE),
            timeout_s=min(max(call.integer("timeout"), 0), LONGEST_POLL_S),
        )
        return [update.as_json() for update in found]

    async def _download(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request)
        except ApiRefusal as refusal:
            return _refusal_response(refusal)
        file = self.world.shelf.by_path_name(request.match_info["path"])
        if file is None or file.size_bytes > self.world.limits.download_bytes:
            return _refusal_response(ApiRefusal(HTTP_NOT_FOUND, "Not Found"))
        return web.FileResponse(file.path)

    def _check_token(self, request: web.Request) -> None:
        given = request.match_info["token"]
        if not hmac.compare_digest(given.encode(), self.world.token.encode()):
            raise ApiRefusal(HTTP_UNAUTHORIZED, "Unauthorized")

    def _refused(self, call: BotCall, refusal: ApiRefusal) -> web.Response:
        self._record(call, refusal.code, refusal.description)
        return _refusal_response(refusal)

    def _cut(self, request: web.Request, call: BotCall, cut: ConnectionCut) -> web.Response:
        self._record(call, 0, str(cut))
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _record(self, call: BotCall, status: int, description: str = "") -> None:
        self.world.record(
            ApiCall(
                method=call.method,
                chat_id=call.text("chat_id"),
                at_s=time.monotonic(),
                status=status,
                description=description,
            )
        )


def _refusal_response(refusal: ApiRefusal) -> web.Response:
    body: Json = {
        "ok": False,
        "error_code": refusal.code,
        "description": refusal.description,
    }
    if refusal.retry_after_s is not None:
        body["parameters"] = {"retry_after": refusal.retry_after_s}
    return web.json_response(body, status=refusal.code)
