from pathlib import Path

import pytest

from whoseprint.settings import SettingsRefused, read_settings, settings_table

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _nowhere_near_a_dot_env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_misspelt_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHOSEPRINT_DATADIR", "/srv")

    with pytest.raises(SettingsRefused, match="WHOSEPRINT_DATADIR is not a setting"):
        read_settings()


def test_a_value_that_cannot_be_meant_is_refused_with_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WHOSEPRINT_PHOTO_RETENTION_DAYS", "0")

    with pytest.raises(SettingsRefused, match="WHOSEPRINT_PHOTO_RETENTION_DAYS"):
        read_settings()


def test_the_database_lies_in_the_data_folder_unless_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHOSEPRINT_DATA_DIR", "/srv/shop")

    assert read_settings().database == "sqlite:////srv/shop/whoseprint.db"


def test_a_dot_env_file_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("WHOSEPRINT_ADMIN_ID=7\nWHOSEPRINT_INVITE_DAYS=3\n")
    monkeypatch.setenv("WHOSEPRINT_INVITE_DAYS", "5")

    settings = read_settings()

    assert (settings.admin_id, settings.invite_days) == (7, 5)


def test_the_token_is_not_shown_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHOSEPRINT_TELEGRAM_TOKEN", "123456:very-secret")

    assert "very-secret" not in repr(read_settings())


def test_the_page_on_settings_is_the_generated_one() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == settings_table()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("WHOSEPRINT_ADMINID=5", "WHOSEPRINT_ADMINID is not a setting"),
        ("WHOSEPRINT_ADMIN_ID=me", "WHOSEPRINT_ADMIN_ID: "),
        ("WHOSEPRINT_LOG_LEVEL=chatty", "WHOSEPRINT_LOG_LEVEL: "),
        ("WHOSEPRINT_METRICS_PORT=a port", "WHOSEPRINT_METRICS_PORT: "),
    ],
)
def test_a_dot_env_that_cannot_be_meant_is_refused_by_name(
    tmp_path: Path, line: str, complaint: str
) -> None:
    (tmp_path / ".env").write_text(line + "\n")

    with pytest.raises(SettingsRefused, match=complaint):
        read_settings()


def test_a_dot_env_may_hold_the_names_of_others_too(tmp_path: Path) -> None:
    lines = ["POSTGRES_PASSWORD=long", "whoseprint_log_level=INFO", "WHOSEPRINT_ADMIN_ID="]
    (tmp_path / ".env").write_text("\n".join(lines))

    settings = read_settings()

    assert (settings.log_level, settings.admin_id) == ("info", None)


def test_a_dot_env_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\0W")

    with pytest.raises(SettingsRefused, match="no text"):
        read_settings()
