import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.entities import parse_html, plain, to_html, utf16_length
from sandbox.errors import ApiRefusal
from sandbox.shapes import Entity, Words

TAGS = ("b", "i", "u", "s", "code", "blockquote")


def test_offsets_count_utf16_units() -> None:
    words = parse_html("🙂 <b>né</b>")

    assert words == Words("🙂 né", (Entity(kind="bold", offset=3, length=2),))


def test_nesting_links_and_characters_are_read() -> None:
    words = parse_html('<b>a <i>b</i></b> <a href="https://x.org/?a=1&amp;b=2">c &lt; d</a>')

    assert words.text == "a b c < d"
    assert [(e.kind, e.offset, e.length, e.url) for e in words.entities] == [
        ("bold", 0, 3, None),
        ("italic", 2, 1, None),
        ("text_link", 4, 5, "https://x.org/?a=1&b=2"),
    ]


def test_white_space_at_both_ends_is_cut_and_entities_move_along() -> None:
    assert parse_html("  \n<b> x </b>\n") == Words("x", (Entity(kind="bold", offset=0, length=1),))


def test_unknown_characters_stay_as_they_are() -> None:
    assert parse_html("A &amp; B &nbsp; C & D").text == "A & B &nbsp; C & D"


@pytest.mark.parametrize("html", ["<b", '<a href="x', "<b =>", "</", "<script>x</script>", "<b>"])
def test_what_is_not_well_formed_is_refused(html: str) -> None:
    with pytest.raises(ApiRefusal, match="can't parse entities"):
        parse_html(html)


def test_commands_mentions_and_links_are_found_in_what_people_type() -> None:
    words = plain("/whois@shop_bot for @ana_99, see https://x.org/a. 1/2")

    assert [(e.kind, words.text[e.offset : e.offset + e.length]) for e in words.entities] == [
        ("bot_command", "/whois@shop_bot"),
        ("mention", "@ana_99"),
        ("url", "https://x.org/a"),
    ]


@given(st.lists(st.tuples(st.sampled_from(TAGS), st.text(min_size=1)), max_size=5))
def test_written_back_it_reads_the_same(pieces: list[tuple[str, str]]) -> None:
    escaped = [
        (tag, text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
        for tag, text in pieces
    ]
    words = parse_html("".join(f"<{tag}>{text}</{tag}>" for tag, text in escaped))

    assert parse_html(to_html(words)) == words
    assert all(e.offset + e.length <= utf16_length(words.text) for e in words.entities)


@given(st.text(alphabet="<>/abi &;=\"'🙂", max_size=40))
def test_nonsense_is_read_or_refused_but_never_breaks(source: str) -> None:
    with contextlib.suppress(ApiRefusal):
        words = parse_html(source)
        assert parse_html(to_html(words)).text == words.text


def test_the_end_of_a_tag_that_somebody_types_is_no_command() -> None:
    assert plain("keep <b>upright</b> /last").entities == (
        Entity(kind="bot_command", offset=20, length=5),
    )
