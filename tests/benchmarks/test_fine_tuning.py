from pathlib import Path

from fine_tuning import lay_out, shop_of

from training.posed_photos import is_unseen
from training.shop_folder import Plan, ShopFolder
from whoseprint.evaluation import read_photo_list
from workers.tuning_folder import TuningFolder


def test_a_shop_is_drawn_of_parts_nobody_learned_from_those_with_photos_first(
    small_data: Path, tmp_path: Path
) -> None:
    photos = read_photo_list(small_data / "photos.csv")
    parts = tmp_path / "parts"
    parts.mkdir()
    for number in range(60):
        (parts / f"part {number}.stl").touch()
    for photo in photos:
        (parts / f"{photo.truth}.stl").touch()
    shown = {photo.truth for photo in photos if is_unseen(photo.truth)}

    shop = shop_of(parts, few=8, unseen=True, photos=photos)

    assert len(shop) == len(set(shop)) == 8
    assert all(is_unseen(name) for name in shop)
    assert set(shop[: len(shown)]) == shown
    assert len(shop_of(parts, few=999, unseen=False, photos=[])) == 60 + len(photos)


def test_parts_are_laid_out_under_numbers(small_data: Path, tmp_path: Path) -> None:
    lay_out(TuningFolder(tmp_path), small_data / "parts", ["funnel", "wall-hook"], size="toy")

    folder = ShopFolder(tmp_path)
    assert folder.plan == Plan(size="toy", slug="learned", networks=None)
    contents = [path.read_bytes() for _, path in folder.stls]
    assert contents == [
        (small_data / "parts" / f"{name}.stl").read_bytes() for name in ("funnel", "wall-hook")
    ]
