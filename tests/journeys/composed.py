"""What `docker compose up` starts, as processes without containers."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from sandbox import Sandbox
from tests.services import PostgresServer, RedisServer, free_port

ROOT = Path(__file__).parents[2]
END_S = 90


def read_compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return read


class ComposedShop:
    """The compose file's own commands, started, killed and stopped one by one."""

    def __init__(
        self, folder: Path, *, database_url: str, redis: RedisServer, sandbox: Sandbox
    ) -> None:
        self._services = read_compose()["services"]
        self.folder = folder
        self.environment = {
            **os.environ,
            "WHOSEPRINT_DATA_DIR": str(folder / "data"),
            "WHOSEPRINT_DATABASE_URL": database_url,
            "WHOSEPRINT_REDIS_URL": redis.url,
            "WHOSEPRINT_TELEGRAM_TOKEN": sandbox.token,
            "WHOSEPRINT_TELEGRAM_BASE_URL": sandbox.page_url.rstrip("/"),
            "WHOSEPRINT_ADMIN_ID": "7",
            "PYTHONPATH": str(ROOT),
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, service: str) -> None:
        """A service that ends by itself."""
        self.whoseprint(*self._services[service]["command"])

    def whoseprint(self, *words: str) -> None:
        """Any command of ours, in the same environment."""
        subprocess.run(
            [sys.executable, "-m", "whoseprint", *words],
            env=self.environment,
            cwd=self.folder,
            check=True,
            timeout=300,
        )

    def start(self, service: str, *, name: str = "") -> None:
        """A service that lasts; several of one kind have names of their own."""
        name = name or service
        environment = {**self.environment, "WHOSEPRINT_METRICS_PORT": str(free_port())}
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", "whoseprint", *self._services[service]["command"]],
                env=environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        """As the power does."""
        self._processes[name].kill()
        self._processes.pop(name).wait()

    def stop(self) -> dict[str, int]:
        """End all as compose does and tell their exit codes."""
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        codes = {name: process.wait(timeout=END_S) for name, process in self._processes.items()}
        self._processes.clear()
        return codes

    def clear_away(self) -> None:
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()

    def log_of(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")


def fresh_database(postgres: PostgresServer, name: str) -> str:
    postgres.sql(f"CREATE DATABASE {name}")
    return postgres.url(name)
