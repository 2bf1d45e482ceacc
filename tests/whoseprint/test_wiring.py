from pathlib import Path

import pytest

from catalog.errors import Complaint
from whoseprint.settings import Settings
from whoseprint.wiring import opened_shop


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"describer": "magic"}, "WHOSEPRINT_DESCRIBER: there is no magic; there are "),
        ({"files_url": "nowhere://x"}, "WHOSEPRINT_FILES_URL: nowhere://x cannot be opened: "),
    ],
)
def test_a_setting_that_names_nothing_is_a_sentence_and_leaves_nothing_behind(
    tmp_path: Path, wrong: dict[str, str], complaint: str
) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path / "var", **wrong})

    with pytest.raises(Complaint, match=complaint), opened_shop(settings):
        pass

    assert not (tmp_path / "var").exists()
