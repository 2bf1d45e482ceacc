from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalog.database import open_database
from catalog.invites import use_invite
from catalog.people import Guest
from catalog.tables import Role
from whoseprint.cli import app_for


@pytest.mark.parametrize(("words", "role"), [([], Role.WORKER), (["--admin"], Role.ADMIN)])
def test_an_invite_from_the_command_line_lets_one_person_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], role: Role
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WHOSEPRINT_DATA_DIR", str(tmp_path))

    said = CliRunner().invoke(app_for(["invite"]), ["invite", *words]).output

    [line] = [line for line in said.splitlines() if line.startswith("/start inv_")]
    token = line.removeprefix("/start inv_")
    database = open_database(f"sqlite:///{tmp_path / 'whoseprint.db'}")
    guest, now = Guest(telegram_id=5, name="Ana", language="en"), datetime.now(UTC)
    with database.transaction() as session:
        known = use_invite(session, token, guest, now=now)
        assert known is not None
        assert known.role is role
        assert use_invite(session, token, guest, now=now) is None
    database.close()
