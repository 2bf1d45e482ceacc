import io
from pathlib import Path

import pytest
from PIL import Image

from sandbox import ApiRefusal, Limits
from sandbox.files import FileShelf, guess_type
from tests.sandbox.conftest import draw_picture


@pytest.fixture
def shelf(tmp_path: Path) -> FileShelf:
    return FileShelf(tmp_path, Limits())


def test_a_photo_is_turned_upright_and_loses_its_metadata(shelf: FileShelf) -> None:
    encoded = io.BytesIO()
    with Image.open(io.BytesIO(draw_picture(600, 400))) as picture:
        exif = picture.getexif()
        exif[0x0112] = 6  # orientation: turned by a quarter
        picture.save(encoded, "JPEG", exif=exif)

    media = shelf.keep_photo(encoded.getvalue())

    assert (media.sizes[-1].width_px, media.sizes[-1].height_px) == (400, 600)
    with Image.open(media.file.path) as kept:
        assert dict(kept.getexif()) == {}


def test_a_small_photo_keeps_its_size(shelf: FileShelf) -> None:
    sizes = shelf.keep_photo(draw_picture(100, 60)).sizes

    assert [(s.width_px, s.height_px) for s in sizes] == [(100, 60)]


@pytest.mark.parametrize(
    ("name", "mime_type"),
    [
        ("a.STL", "model/stl"),
        ("a.3mf", "model/3mf"),
        ("IMG_1.HEIC", "image/heic"),
        ("a.zip", "application/zip"),
        ("a.unheard-of", "application/octet-stream"),
    ],
)
def test_the_name_tells_the_type(name: str, mime_type: str) -> None:
    assert guess_type(name) == mime_type


def test_a_name_never_leads_out_of_the_shelf(shelf: FileShelf, tmp_path: Path) -> None:
    media = shelf.keep_document(b"x", name="../../evil.s/../tl")

    assert media.file.path.resolve().is_relative_to(tmp_path)
    assert media.file.name == "../../evil.s/../tl"


def test_an_empty_file_is_refused(shelf: FileShelf) -> None:
    with pytest.raises(ApiRefusal, match="file must be non-empty"):
        shelf.keep_document(b"", name="a.stl")
