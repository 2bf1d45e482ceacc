import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from sandbox import BOT, Person, Sandbox
from tests.sandbox.conftest import AnyBot


def post(url: str, body: bytes, content_type: str) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(url, body, {"Content-Type": content_type})  # noqa: S310 - http
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


async def test_the_bot_knows_itself(bot: AnyBot) -> None:
    assert (bot.id, bot.username) == (BOT.user_id, BOT.username)


def test_an_unknown_token_opens_nothing(sandbox: Sandbox) -> None:
    assert post(f"{sandbox.base_url}123:not-the-token/getMe", b"", "application/json") == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )


def test_an_unknown_method_is_not_found(sandbox: Sandbox) -> None:
    url = f"{sandbox.base_url}{sandbox.token}/makeCoffee"

    assert post(url, b"", "application/json") == (
        404,
        {"ok": False, "error_code": 404, "description": "Not Found: method not found"},
    )


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"chat_id": 11, "text": "hi \\u00f1"}', "application/json"),
        (b"chat_id=11&text=hi+%C3%B1", "application/x-www-form-urlencoded"),
        (
            '--X\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n11\r\n'
            '--X\r\nContent-Disposition: form-data; name="text"\r\n\r\nhi ñ\r\n--X--\r\n'.encode(),
            "multipart/form-data; boundary=X",
        ),
    ],
    ids=["json", "form", "multipart"],
)
def test_a_call_may_come_in_any_of_three_forms(
    sandbox: Sandbox, ana: Person, body: bytes, content_type: str
) -> None:
    status, answer = post(f"{sandbox.base_url}{sandbox.token}/SendMessage", body, content_type)

    assert (status, answer["ok"]) == (200, True)
    assert [m.text for m in ana.from_bot()] == ["hi ñ"]


@pytest.mark.parametrize("body", [b"{", b"[1]"])
def test_broken_json_is_refused(sandbox: Sandbox, body: bytes) -> None:
    status, answer = post(f"{sandbox.base_url}{sandbox.token}/getMe", body, "application/json")

    assert (status, answer["description"]) == (400, "Bad Request: can't parse JSON object")
