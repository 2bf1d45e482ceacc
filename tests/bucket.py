"""An S3 of the tests' own: moto's server, spoken to over real HTTP."""

import logging
import os
from types import TracebackType
from typing import Self

#: The server takes any; without one the client looks for a machine's role on the network.
_KEYS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests"}


class Bucket:
    """One bucket, open to this process while the block lasts."""

    name = "shop"

    def __init__(self) -> None:
        from moto.server import ThreadedMotoServer  # noqa: PLC0415  # takes seconds to import

        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)

    @property
    def address(self) -> str:
        host, port = self._server.get_host_and_port()
        return f"http://{host}:{port}"

    def __enter__(self) -> Self:
        import boto3  # noqa: PLC0415  # as above

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        os.environ.update(_KEYS)
        self._server.start()
        client = boto3.client("s3", endpoint_url=self.address, region_name="us-east-1")
        client.create_bucket(Bucket=self.name)
        client.close()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.stop()
        for name in _KEYS:
            os.environ.pop(name, None)
