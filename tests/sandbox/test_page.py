import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import Person, Sandbox
from tests.sandbox.conftest import draw_picture

Answer = tuple[int, dict[str, str], bytes]


def ask(sandbox: Sandbox, path: str, *, body: bytes | None = None, **headers: str) -> Answer:
    """One request to the page, with headers as a browser would send them."""
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request("GET" if body is None else "POST", path, body, named)
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()
    finally:
        connection.close()


@pytest.fixture
def furnished(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox with samples lying ready."""
    (tmp_path / "one.jpg").write_bytes(draw_picture(90, 90))
    (tmp_path / "notes.txt").write_text("no picture")
    with Sandbox.start(samples=tmp_path) as sandbox:
        yield sandbox


def first_news(sandbox: Sandbox, **headers: str) -> dict[str, Any]:
    """The first event of the page's stream."""
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    try:
        connection.request("GET", "/page/events", headers=headers)
        stream = connection.getresponse()
        for line in stream:
            if line.startswith(b"data: "):
                return dict(json.loads(line[6:]))
    finally:
        connection.close()
    raise AssertionError("the stream ended without news")


def test_the_page_needs_nothing_from_elsewhere(sandbox: Sandbox) -> None:
    status, headers, body = ask(sandbox, "/")

    assert status == 200
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert b"http://" not in body
    assert b"https://" not in body


def test_the_page_learns_who_is_there_and_what_lies_ready(furnished: Sandbox) -> None:
    furnished.person(user_id=11, name="Ana", label="worker", language="es")

    _, _, body = ask(furnished, "/page/people")

    known = json.loads(body)
    assert known["people"] == [{"id": 11, "name": "Ana", "label": "worker", "language": "es"}]
    assert known["samples"] == ["one.jpg"]
    assert ask(furnished, "/page/samples/one.jpg")[2] == draw_picture(90, 90)
    assert ask(furnished, "/page/samples/notes.txt")[0] == 404
    assert ask(furnished, "/page/samples/..%2Fconftest.py")[0] == 404


def test_what_people_type_on_the_page_is_in_the_chat(sandbox: Sandbox, ana: Person) -> None:
    earlier = ana.sends_text("earlier")
    body = json.dumps({"text": "  /whois", "reply_to": earlier.message_id}).encode()

    status, _, _ = ask(sandbox, "/page/chats/11/text", body=body, Content_Type="application/json")

    assert status == 200
    assert [(m.text, m.reply_to_id) for m in ana.messages()] == [
        ("earlier", None),
        ("  /whois", earlier.message_id),
    ]


def test_a_refusal_comes_with_its_reason(sandbox: Sandbox, ana: Person) -> None:
    status, _, body = ask(
        sandbox, "/page/chats/11/text", body=b'{"text": " "}', Content_Type="application/json"
    )

    assert (status, json.loads(body)["reason"]) == (400, "Bad Request: message text is empty")
    assert ana.messages() == ()


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}], ids=["host", "origin"]
)
def test_pages_from_elsewhere_may_not_hold_the_phone(
    sandbox: Sandbox, ana: Person, headers: dict[str, str]
) -> None:
    status, _, _ = ask(
        sandbox,
        "/page/chats/11/text",
        body=b'{"text": "hello"}',
        Content_Type="application/json",
        **headers,
    )

    assert status == 403
    assert ana.messages() == ()


def test_a_document_is_downloaded_and_never_shown(sandbox: Sandbox, ana: Person) -> None:
    sent = ana.sends_file("evil.svg", b"<svg onload='alert(1)'/>")
    assert sent.content.media is not None

    _, headers, body = ask(sandbox, f"/page/files/{sent.content.media.file.file_id}")

    assert headers["Content-Disposition"] == "attachment"
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert body == sent.document


def test_the_stream_goes_on_where_it_stopped(sandbox: Sandbox, ana: Person) -> None:
    first = ana.sends_text("one")
    ana.sends_text("two")

    everything = first_news(sandbox)
    rest = first_news(sandbox, **{"Last-Event-ID": str(first.version)})

    assert [m["text"] for m in everything["messages"]] == ["one", "two"]
    assert [m["text"] for m in rest["messages"]] == ["two"]


def test_the_page_gets_what_it_needs_to_draw_a_message(sandbox: Sandbox, ana: Person) -> None:
    sent = ana.sends_photo(draw_picture(400, 300), caption="/whois")

    (shown,) = first_news(sandbox)["messages"]

    assert (shown["id"], shown["mine"], shown["text"]) == (sent.message_id, True, "/whois")
    assert shown["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert (shown["media"]["width"], shown["media"]["height"]) == (400, 300)
    assert ask(sandbox, shown["media"]["url"])[2] == sent.photo


def test_nobody_answers_for_people_who_are_not_there(sandbox: Sandbox) -> None:
    assert ask(sandbox, "/page/chats/99/text", body=b"{}")[0] == 404
