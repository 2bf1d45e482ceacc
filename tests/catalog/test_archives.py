import io
import zipfile
from pathlib import Path

import pytest

from catalog.archives import ArchiveLimits, PackedPart, PartArchive
from catalog.meshes import PART_SUFFIXES
from catalog.unreadable import Trouble, Unreadable
from tests.catalog.mesh_files import binary_stl, box, zipped

STL = binary_stl(box())


def opened(content: bytes, limits: ArchiveLimits | None = None) -> PartArchive:
    return PartArchive(
        content, "parts.zip", suffixes=PART_SUFFIXES, limits=limits or ArchiveLimits()
    )


def trouble(content: bytes, limits: ArchiveLimits | None = None) -> Unreadable:
    with pytest.raises(Unreadable) as raised, opened(content, limits) as archive:
        list(archive.parts())
    return raised.value


def test_parts_come_out_of_their_folders_and_the_rest_is_counted() -> None:
    content = zipped(
        {
            "left/bracket.stl": STL,
            "right/Bracket.STL": STL,
            "plate.3mf": b"PK",
            "read me.txt": b"hello",
            "photo.jpg": b"\xff\xd8",
            "__MACOSX/left/._bracket.stl": b"junk",
            ".DS_Store": b"junk",
            "left/.hidden.stl": STL,
        }
    )

    with opened(content) as archive:
        assert archive.paths == ("left/bracket.stl", "right/Bracket.STL", "plate.3mf")
        assert archive.ignored == 2
        assert next(archive.parts()) == PackedPart(path="left/bracket.stl", content=STL)


def test_an_archive_is_read_from_disk_as_well(tmp_path: Path) -> None:
    path = tmp_path / "parts.zip"
    path.write_bytes(zipped({"a.stl": STL}))

    with PartArchive(path, path.name, suffixes=PART_SUFFIXES) as archive:
        assert [part.content for part in archive.parts()] == [STL]


def test_names_keep_emoji_and_right_to_left_letters_but_no_marks_that_turn_text() -> None:
    content = zipped({"🔩 مشبك.stl": STL, "invoice\u202elts.exe.stl": STL, "tab\there.stl": STL})

    with opened(content) as archive:
        assert archive.paths == ("🔩 مشبك.stl", "invoicelts.exe.stl", "tabhere.stl")


def test_names_that_macos_writes_without_saying_they_are_utf8_are_read() -> None:
    entry = zipfile.ZipInfo("haken_groesse.stl")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(entry, STL)
    content = packed.getvalue().replace(b"haken_groesse", "haken_größe".encode())

    with opened(content) as read:
        assert read.paths == ("haken_größe.stl",)


def test_two_entries_of_one_name_are_two_parts() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/x.stl", STL)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a/x.stl", STL + b"tail")

    with opened(packed.getvalue()) as read:
        assert [(part.path, len(part.content)) for part in read.parts()] == [
            ("a/x.stl", len(STL)),
            ("a/x 2.stl", len(STL) + 4),
        ]


@pytest.mark.parametrize(
    "name",
    ["../part.stl", "a/../../part.stl", "/etc/part.stl", "C:\\part.stl", "a\\..\\..\\part.stl"],
)
def test_a_name_that_points_outside_refuses_the_whole_archive(name: str) -> None:
    raised = trouble(zipped({"good.stl": STL, name: STL}))

    assert raised.trouble is Trouble.ARCHIVE_NAME_OUTSIDE
    assert raised.facts["name"] == name.replace("\\", "/")


@pytest.mark.parametrize("name", ["inner.zip", "a/inner.7z", "inner.tar.gz"])
def test_an_archive_in_an_archive_is_refused(name: str) -> None:
    raised = trouble(zipped({"good.stl": STL, name: zipped({"x.stl": STL})}))

    assert raised.trouble is Trouble.ARCHIVE_NESTED
    assert raised.facts == {"file": "parts.zip", "name": name}


def test_a_bomb_is_refused_by_what_it_promises() -> None:
    raised = trouble(zipped({"bomb.stl": b"\0" * 50_000_000}))

    assert (raised.trouble, raised.facts["ratio_limit"]) == (Trouble.ARCHIVE_BOMB, 200)


def lying_about_its_size(content: bytes, size: int) -> bytes:
    """The same archive, its directory promising one byte."""
    true, false = size.to_bytes(4, "little"), (1).to_bytes(4, "little")
    return content.replace(true, false)


def test_a_bomb_that_promises_little_ends_in_a_complaint_too() -> None:
    honest = zipped({"bomb.stl": b"\0" * 50_000_000})

    raised = trouble(lying_about_its_size(honest, 50_000_000))

    assert raised.trouble in {Trouble.ARCHIVE_BOMB, Trouble.ARCHIVE_DAMAGED}


def test_more_bytes_or_more_files_than_the_limits_are_refused() -> None:
    content = zipped({"a.stl": STL, "b.stl": STL})

    large = trouble(content, ArchiveLimits(unpacked_bytes=len(STL)))
    many = trouble(content, ArchiveLimits(files=1))

    assert large.trouble is Trouble.ARCHIVE_TOO_LARGE
    assert (many.trouble, many.facts["files"]) == (Trouble.ARCHIVE_TOO_MANY_FILES, 2)


def test_a_password_is_said_to_be_in_the_way() -> None:
    content = bytearray(zipped({"a.stl": STL}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert trouble(bytes(content)).trouble is Trouble.ARCHIVE_ENCRYPTED


@pytest.mark.parametrize("content", [b"", b"hello", zipped({"a.stl": STL})[:-30]])
def test_what_is_no_archive_is_said_to_be_damaged(content: bytes) -> None:
    assert trouble(content).trouble is Trouble.ARCHIVE_DAMAGED


def test_a_wrong_checksum_is_said_to_be_damage() -> None:
    content = zipped({"a.stl": STL}, method=zipfile.ZIP_STORED)

    raised = trouble(content.replace(b"made by us", b"made by me", 1))

    assert raised.trouble is Trouble.ARCHIVE_DAMAGED


def test_an_archive_without_parts_says_what_it_should_hold() -> None:
    assert trouble(zipped({"read me.txt": b"hello"})).trouble is Trouble.ARCHIVE_EMPTY


def test_a_link_is_not_followed() -> None:
    link = zipfile.ZipInfo("link.stl")
    link.external_attr = 0xA1FF << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.stl", STL)

    with opened(packed.getvalue()) as read:
        assert (read.paths, read.ignored) == (("a.stl",), 0)
