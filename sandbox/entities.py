"""Read Telegram's HTML strictly, find what Telegram finds in plain text, write HTML back.

Knows strings only: no chats, no HTTP.
Offsets and lengths count UTF-16 code units; byte offsets in refusals count UTF-8 bytes.
Rules: https://core.telegram.org/bots/api#html-style
"""

import html
import re
from dataclasses import dataclass

from sandbox.errors import ApiRefusal, bad_request
from sandbox.shapes import Entity, Words

#: Tag names and the entity each stands for.
KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_TAGS_BACK = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "text_link": "a",
}
_CHARACTER = re.compile(r"&(lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_NAME = re.compile(r"[a-zA-Z0-9-]+")
_ATTRIBUTE = re.compile(r"""\s*([a-zA-Z0-9_-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[a-zA-Z0-9.-]+))?""")
_FOUND_IN_PLAIN_TEXT = (
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    ),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)")),
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
)


@dataclass(slots=True)
class _OpenTag:
    name: str
    kind: str
    offset: int
    byte_offset: int
    url: str | None = None
    language: str | None = None


def utf16_length(text: str) -> int:
    """How many UTF-16 code units a text takes: what Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> Words:
    """Read Telegram's HTML.

    Raises:
        ApiRefusal: it is not well formed or uses a tag that Telegram does not know.
    """
    return _trim(_HtmlReader(source).read())


def plain(text: str) -> Words:
    """Text as somebody typed it, with the commands, mentions and links Telegram finds in it."""
    found = [
        Entity(
            kind=kind,
            offset=utf16_length(text[: match.start()]),
            length=utf16_length(match.group()),
        )
        for kind, pattern in _FOUND_IN_PLAIN_TEXT
        for match in pattern.finditer(text)
    ]
    return Words(text, tuple(sorted(found, key=lambda e: (e.offset, -e.length))))


def to_html(words: Words) -> str:
    """Write the text back as the HTML that would give it."""
    units = words.text.encode("utf-16-le", "surrogatepass")
    marks: list[tuple[int, int, int, str]] = []
    for entity in words.entities:
        if (tag := _TAGS_BACK.get(entity.kind)) is None:
            continue
        href = f' href="{html.escape(entity.url or "")}"' if tag == "a" else ""
        end = entity.offset + entity.length
        marks.append((entity.offset, 1, -entity.length, f"<{tag}{href}>"))
        marks.append((end, 0, -entity.offset, f"</{tag}>"))
    pieces, at = [], 0
    for position, _, _, mark in sorted(marks):
        pieces.append(_escaped(units[at * 2 : position * 2]))
        pieces.append(mark)
        at = position
    pieces.append(_escaped(units[at * 2 :]))
    return "".join(pieces)


def _escaped(units: bytes) -> str:
    return html.escape(units.decode("utf-16-le", "surrogatepass"), quote=False)


class _HtmlReader:
    """One pass over a source, building text and entities."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.length = 0
        self.open: list[_OpenTag] = []
        self.done: list[Entity] = []

    def read(self) -> Words:
        while self.at < len(self.source):
            char = self.source[self.at]
            if char == "<":
                self._tag()
            elif char == "&" and (match := _CHARACTER.match(self.source, self.at)):
                self._write(html.unescape(match.group()))
                self.at = match.end()
            else:
                self._write(char)
                self.at += 1
        if self.open:
            name = self.open[-1].name
            raise _refused(f'Can\'t find end tag corresponding to start tag "{name}"')
        ordered = sorted(self.done, key=lambda e: (e.offset, -e.length))
        return Words("".join(self.pieces), tuple(ordered))

    def _write(self, text: str) -> None:
        self.pieces.append(text)
        self.length += utf16_length(text)

    def _byte_offset(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _tag(self) -> None:
        if self.source.startswith("</", self.at):
            self._end_tag()
        else:
            self._start_tag()

    def _start_tag(self) -> None:
        begin = self._byte_offset(self.at)
        match = _NAME.match(self.source, self.at + 1)
        name = match.group().lower() if match else ""
        if name not in KINDS:
            raise _refused(f'Unsupported start tag "{name}" at byte offset {begin}')
        attributes, self.at = self._attributes(self.at + 1 + len(name), begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _refused(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        tag = _OpenTag(name, KINDS[name], self.length, begin)
        if name == "a":
            tag.url = attributes.get("href")
        if name == "blockquote" and "expandable" in attributes:
            tag.kind = "expandable_blockquote"
        if name == "code":
            tag.language = attributes.get("class", "").removeprefix("language-") or None
        self.open.append(tag)

    def _attributes(self, at: int, begin: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while match := _ATTRIBUTE.match(self.source, at):
            found[match.group(1).lower()] = html.unescape((match.group(2) or "").strip("\"'"))
            at = match.end()
        while at < len(self.source) and self.source[at].isspace():
            at += 1
        if at >= len(self.source):
            raise _refused(f"Unclosed start tag at byte offset {begin}")
        if self.source[at] != ">":
            raise _refused(
                f"Unexpected character in the start tag at byte offset {self._byte_offset(at)}"
            )
        return found, at + 1

    def _end_tag(self) -> None:
        begin = self._byte_offset(self.at)
        end = self.source.find(">", self.at)
        name = self.source[self.at + 2 : end].strip().lower() if end >= 0 else ""
        if not self.open:
            raise _refused(f"Unexpected end tag at byte offset {begin}")
        if end < 0:
            raise _refused(f"Unclosed end tag at byte offset {begin}")
        tag = self.open.pop()
        if name not in ("", tag.name):
            raise _refused(
                f'Unmatched end tag at byte offset {begin}, expected "</{tag.name}>", '
                f'found "</{name}>"'
            )
        self.at = end + 1
        self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        if self.length == tag.offset or (tag.kind == "text_link" and not tag.url):
            return
        self.done.append(
            Entity(
                kind=tag.kind,
                offset=tag.offset,
                length=self.length - tag.offset,
                url=tag.url,
                language=tag.language,
            )
        )


def _refused(reason: str) -> ApiRefusal:
    return bad_request(f"can't parse entities: {reason}")


def _trim(words: Words) -> Words:
    """Cut white space off both ends, as Telegram does, and move the entities along."""
    text = words.text.rstrip()
    lead = utf16_length(text) - utf16_length(text.lstrip())
    text = text.lstrip()
    end = utf16_length(text)
    moved = []
    for entity in words.entities:
        start = max(entity.offset - lead, 0)
        stop = min(entity.offset - lead + entity.length, end)
        if stop > start:
            moved.append(
                Entity(
                    kind=entity.kind,
                    offset=start,
                    length=stop - start,
                    url=entity.url,
                    language=entity.language,
                )
            )
    return Words(text, tuple(moved))
