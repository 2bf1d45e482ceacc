"""One Bot API call as it arrives: form fields, JSON or multipart made one thing.

Knows HTTP bodies, no chats. Every field is kept as text, as a form would send it.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.errors import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True, slots=True)
class BotCall:
    """A method's name with what was sent along."""

    method: str
    fields: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return name in self.fields

    def text(self, name: str) -> str:
        return self.fields.get(name, "")

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; Telegram reads nonsense as the default, and so do we."""
        try:
            return int(self.fields.get(name, default))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        return self.fields.get(name, "").lower() in ("true", "1", "yes")

    def parsed(self, name: str) -> Any:  # noqa: ANN401 - JSON has any shape; callers check it
        """A field that holds JSON, read; None when it is absent.

        Raises:
            ApiRefusal: it is no JSON.
        """
        if not self.fields.get(name):
            return None
        try:
            return json.loads(self.fields[name])
        except ValueError as broken:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from broken

    @property
    def chat_id(self) -> int:
        """The chat the call is about.

        Raises:
            ApiRefusal: none is named, or not by a number.
        """
        named = self.text("chat_id").strip()
        if not named:
            raise bad_request("chat_id is empty")
        if not named.lstrip("-").isdigit():
            raise bad_request("chat not found")
        return int(named)


async def read_call(request: web.Request, method: str) -> BotCall:
    """Read a request's query and body.

    Raises:
        ApiRefusal: a JSON body that is no JSON object.
        aiohttp.web.HTTPRequestEntityTooLarge: more bytes than the server takes.
    """
    fields = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        fields |= await _json_fields(request)
        return BotCall(method, fields, uploads)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file as opened:
                uploads[name] = Upload(value.filename, opened.read(), value.content_type)
        else:
            fields[name] = value.decode() if isinstance(value, bytes | bytearray) else value
    return BotCall(method, fields, uploads)


async def _json_fields(request: web.Request) -> dict[str, str]:
    body = await request.read()
    try:
        parsed = json.loads(body or b"{}")
    except ValueError as broken:
        raise bad_request("can't parse JSON object") from broken
    if not isinstance(parsed, dict):
        raise bad_request("can't parse JSON object")
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in parsed.items()
        if value is not None
    }
