"""What the doctor says, of a shop that is well and of one where everything is wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.migrations import migrate
from sandbox import Sandbox
from tests.services import RedisServer, free_port
from whoseprint.checkup import LOOKS, Finding, Health, check_up
from whoseprint.settings import Settings


def _checked(settings: Settings) -> list[Finding]:
    """All but GL, whose probe is a process of its own that draws."""
    return [look(settings) for look in LOOKS if look.__name__ != "_gl"]


def _seen(findings: list[Finding]) -> dict[str, Health]:
    return {finding.about: finding.health for finding in findings}


@pytest.fixture(scope="module")
def telegram() -> Iterator[Sandbox]:
    with Sandbox.start() as sandbox:
        yield sandbox


def test_a_shop_that_lacks_nothing_is_well(
    tmp_path: Path, telegram: Sandbox, redis_server: RedisServer
) -> None:
    migrate(f"sqlite:///{tmp_path / 'whoseprint.db'}")

    findings = _checked(
        Settings.model_validate(
            {
                "data_dir": tmp_path,
                "redis_url": redis_server.url,
                "telegram_token": telegram.token,
                "telegram_base_url": telegram.page_url.rstrip("/"),
            }
        )
    )

    assert _seen(findings) == dict.fromkeys(
        ("disk", "weights", "database", "migrations", "Redis", "token"), Health.WELL
    )
    assert "@whoseprint_sandbox_bot" in {each.fact for each in findings}
    assert {each.remedy for each in findings} == {""}


@pytest.mark.parametrize(
    "database_url",
    [
        "nonsense",
        "postgresql://host:no-port/x",
        "sqlite:////no/such/folder/shop.db",
        "postgresql://shop:secret@127.0.0.1:1/x",
    ],
)
def test_whatever_is_wrong_the_doctor_says_what_to_do_and_tells_no_secret(
    tmp_path: Path, telegram: Sandbox, database_url: str
) -> None:
    (tmp_path / "a file").write_bytes(b"")

    findings = _checked(
        Settings.model_validate(
            {
                "data_dir": tmp_path / "a file",
                "database_url": database_url,
                "redis_url": f"redis://127.0.0.1:{free_port()}/0",
                "telegram_token": "1:wrong-token",
                "telegram_base_url": telegram.page_url.rstrip("/"),
            }
        )
    )

    ill = {each.about: each for each in findings if each.health is Health.ILL}
    assert set(ill) >= {"disk", "database", "migrations", "Redis", "token"}
    assert all(each.fact and each.remedy for each in ill.values())
    assert "secret" not in str(findings)
    assert "wrong-token" not in str(findings)


def test_a_fresh_folder_lacks_migrations_alone(tmp_path: Path) -> None:
    findings = _checked(Settings.model_validate({"data_dir": tmp_path / "fresh"}))

    ill = [(each.about, each.remedy) for each in findings if each.health is Health.ILL]
    assert ill == [("migrations", "whoseprint migrate")]
    assert [each.about for each in findings if each.health is Health.NOT_SET] == ["Redis", "token"]


@pytest.mark.slow
def test_without_gl_the_doctor_names_the_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYOPENGL_PLATFORM", "no-such-platform")

    [gl] = [each for each in check_up(Settings(data_dir=tmp_path)) if each.about == "GL"]

    assert gl.health is Health.ILL
    assert "libegl1" in gl.remedy
