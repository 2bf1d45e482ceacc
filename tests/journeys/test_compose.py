"""The compose file's own commands, as processes, against a real PostgreSQL and a real Redis."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.journeys.composed import ComposedShop, fresh_database, read_compose
from tests.journeys.conftest import sample_part, sample_photo
from tests.services import PostgresServer, RedisServer

PATIENCE_S = 120


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return read_compose()


def test_no_service_opens_a_port_to_the_world(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == []


def test_every_lasting_service_restarts_and_tells_its_health(compose: dict[str, Any]) -> None:
    lasting = {name: s for name, s in compose["services"].items() if name != "migrate"}

    assert {name for name, s in lasting.items() if s["restart"] == "unless-stopped"} == set(lasting)
    assert {name for name, s in lasting.items() if s["healthcheck"].get("test")} == set(lasting)


def test_redis_keeps_an_append_only_file(compose: dict[str, Any]) -> None:
    assert "--appendonly yes" in " ".join(compose["services"]["redis"]["command"])


def test_bot_and_workers_wait_for_the_migrations(compose: dict[str, Any]) -> None:
    for name in ("bot", "worker-vision", "worker-catalog"):
        condition = compose["services"][name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"


def test_what_is_kept_lies_on_volumes(compose: dict[str, Any]) -> None:
    mounted = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service["volumes"]
    }

    assert mounted == set(compose["volumes"])


@pytest.fixture
def composed(
    tmp_path: Path, redis_server: RedisServer, postgres: PostgresServer
) -> Iterator[tuple[ComposedShop, Sandbox]]:
    url = fresh_database(postgres, "composed")
    with Sandbox.start() as sandbox:
        shop = ComposedShop(tmp_path, database_url=url, redis=redis_server, sandbox=sandbox)
        try:
            yield shop, sandbox
        finally:
            shop.clear_away()


@pytest.mark.slow
def test_a_part_and_then_its_photo_go_through_the_composed_shop(
    composed: tuple[ComposedShop, Sandbox],
) -> None:
    shop, sandbox = composed
    shop.run("migrate")
    for name in ("bot", "worker-vision", "worker-catalog"):
        shop.start(name)
    admin = sandbox.person(user_id=7, name="Bea", label="admin")
    hook = sample_part("wall-hook").mesh.export(file_type="stl")

    admin.starts()
    sent = admin.sends_file("wall-hook.stl", hook, caption="customer: ACME; order: 7")
    admin.waits_for("searchable", after=sent, timeout_s=PATIENCE_S)
    photo = admin.sends_photo(sample_photo("hook-on-desk"))
    answer = admin.waits_for("wall-hook", after=photo, timeout_s=PATIENCE_S)

    assert answer.photo is not None
    assert len(admin.after(photo)) == 1
    assert set(shop.stop().values()) == {0}
