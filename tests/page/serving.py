"""Serves a folder as any web server does, and keeps a list of who else is asked; asserts nothing itself."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *ignored: Any) -> None:
        """Say nothing on the terminal."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder for a while; give its address."""
    with _served(functools.partial(_Silent, directory=str(folder))) as place:
        yield f"http://{place}"


@contextmanager
def refusing(asked: list[str]) -> Iterator[str]:
    """Be a proxy that lets nothing through and lists what was asked for, by workers, too; give its place."""

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path.removeprefix("http://").partition("/")[0].partition(":")[0])
            self.send_error(502)

        do_CONNECT = do_POST = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *ignored: Any) -> None:
            """Say nothing on the terminal."""

    with _served(Refusing) as place:
        yield place


@contextmanager
def _served(handler: Any) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
