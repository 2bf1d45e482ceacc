"""The compose file's own commands, as processes, against a real PostgreSQL and a real Redis."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from samples import catalogue
from sandbox import Sandbox
from tests.services import PostgresServer, RedisServer, free_port

ROOT = Path(__file__).parents[2]
OURS = ("migrate", "bot", "worker-vision", "worker-catalog")
PATIENCE_S = 120


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return read


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


class ComposedShop:
    """What `docker compose up` starts, without containers."""

    def __init__(self, compose: dict[str, Any], environment: dict[str, str], folder: Path) -> None:
        self._services = compose["services"]
        self._environment = environment
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def _command(self, name: str) -> list[str]:
        return [sys.executable, "-m", "whoseprint", *self._services[name]["command"]]

    def run(self, name: str) -> None:
        subprocess.run(
            self._command(name), env=self._environment, cwd=self._folder, check=True, timeout=120
        )

    def start(self, name: str) -> None:
        with (self._folder / f"{name}.log").open("ab") as log:
            environment = {**self._environment, "WHOSEPRINT_METRICS_PORT": str(free_port())}
            self._processes[name] = subprocess.Popen(
                self._command(name), env=environment, cwd=self._folder, stdout=log, stderr=log
            )

    def stop(self) -> dict[str, int]:
        """End all as compose does and tell their exit codes."""
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        codes = {name: process.wait(timeout=60) for name, process in self._processes.items()}
        self._processes.clear()
        return codes

    def kill(self) -> None:
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()


@pytest.fixture
def composed(
    compose: dict[str, Any], tmp_path: Path, redis_server: RedisServer, postgres: PostgresServer
) -> Iterator[tuple[ComposedShop, Sandbox]]:
    postgres.sql("CREATE DATABASE composed")
    with Sandbox.start() as sandbox:
        environment = {
            **os.environ,
            "WHOSEPRINT_DATA_DIR": str(tmp_path / "data"),
            "WHOSEPRINT_DATABASE_URL": postgres.url("composed"),
            "WHOSEPRINT_REDIS_URL": redis_server.url,
            "WHOSEPRINT_TELEGRAM_TOKEN": sandbox.token,
            "WHOSEPRINT_TELEGRAM_BASE_URL": sandbox.page_url.rstrip("/"),
            "WHOSEPRINT_ADMIN_ID": "7",
            "PYTHONPATH": str(ROOT),
        }
        shop = ComposedShop(compose, environment, tmp_path)
        try:
            yield shop, sandbox
        finally:
            shop.kill()


@pytest.mark.slow
def test_a_part_and_then_its_photo_go_through_the_composed_shop(
    composed: tuple[ComposedShop, Sandbox],
) -> None:
    shop, sandbox = composed
    shop.run("migrate")
    for name in OURS[1:]:
        shop.start(name)
    admin = sandbox.person(user_id=7, name="Bea", label="admin")
    part = next(part for part in catalogue() if part.name == "spur-gear-24")

    admin.starts()
    sent = admin.sends_file(
        "spur-gear-24.stl", part.mesh.export(file_type="stl"), caption="customer: ACME; order: 7"
    )
    admin.waits_for("searchable", after=sent, timeout_s=PATIENCE_S)
    photo = admin.sends_photo(_photo_of("spur-gear-24"))
    answer = admin.waits_for("spur-gear-24", after=photo, timeout_s=PATIENCE_S)

    assert answer.photo is not None
    assert len(admin.after(photo)) == 1
    assert set(shop.stop().values()) == {0}


def _photo_of(part: str) -> bytes:
    return (ROOT / "samples" / "photos" / f"{part}.jpg").read_bytes()
