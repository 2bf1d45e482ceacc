from pathlib import Path

import pytest

from whoseprint.evaluation import NoPhotoList, read_photo_list


def _list(folder: Path, content: bytes) -> Path:
    path = folder / "photos.csv"
    path.write_bytes(content)
    return path


def test_a_list_names_photos_beside_it_and_what_they_may_be(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"...")

    [photo] = read_photo_list(_list(tmp_path, b"photo,stl,acceptable\n a.jpg ,hook,clip| knob\n"))

    assert (photo.path, photo.truth) == (tmp_path / "a.jpg", "hook")
    assert photo.acceptable == {"clip", "knob"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"photo,stl\n", "has no rows"),
        (b"photo;stl\na.jpg;hook\n", "has no columns photo and stl"),
        (b"\xff\xd8 a picture", "save it as CSV in UTF-8"),
        (b"photo,stl\ngone.jpg,hook\n", "photos that are not there: 'gone.jpg'"),
        (b"photo,stl\ngone.jpg,hook\n,hook\nno.jpg,x\n", "'gone.jpg' and 2 more"),
    ],
)
def test_what_is_no_list_of_photos_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(NoPhotoList, match=sentence):
        read_photo_list(_list(tmp_path, content))


def test_a_row_that_names_no_part_is_a_photo_of_none(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"...")

    [photo] = read_photo_list(_list(tmp_path, b"photo,stl\na.jpg\n"))

    assert photo.truth == ""
