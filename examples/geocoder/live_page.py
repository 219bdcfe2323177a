"""Serves the live page and, over WebSocket, the counts that it shows."""

from __future__ import annotations

import json
import threading
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from examples.geocoder.place_counts import PlaceCounts

PAGE = Path(__file__).parent / "page"
SOCKET = "/live"

_PAUSE_SECONDS = 0.2  # between two messages: what changes meanwhile goes out in one
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css"}
_FILES = {f"/{path.relative_to(PAGE).as_posix()}": path for path in PAGE.rglob("*") if path.suffix in _TYPES}
_FILES["/"] = PAGE / "index.html"


class LivePage:
    """A web server on threads of its own.

    Args:
        host: the address to listen on.
        port: the port.
        counts: what the page shows.

    Raises:
        OSError: the port is taken or none, or the address is another machine's.
    """

    def __init__(self, host: str, port: int, counts: PlaceCounts) -> None:
        self._counts = counts
        self._closing = False
        try:
            if not 0 < port <= 65535:
                raise OSError("a port is 1 to 65535")
            self._server = serve(self._follow, host, port, process_request=self._answer)
        except OSError as exc:
            hint = "--port, or GEOCODER_PORT for `umbrella run`, names another"
            raise OSError(f"the page cannot be served at {host}:{port}: {exc.strerror or exc}; {hint}") from exc
        # A daemon, as the threads of its connections are then.
        threading.Thread(target=self._server.serve_forever, daemon=True, name="live-page").start()

    def close(self) -> None:
        """Stop listening and end the connections."""
        self._closing = True
        self._server.shutdown()

    def _answer(self, connection: ServerConnection, request: Any) -> Any:
        """Answer a plain request with a file of the page, and let one for the socket through."""
        path = urlsplit(request.path).path
        if path == SOCKET:
            origin = urlsplit(request.headers.get("Origin", "")).netloc
            if origin in ("", request.headers.get("Host")):
                return None
            return connection.respond(HTTPStatus.FORBIDDEN, "only this server's own page may listen\n")
        if path not in _FILES:
            return connection.respond(HTTPStatus.NOT_FOUND, "there is nothing here\n")
        response = connection.respond(HTTPStatus.OK, _FILES[path].read_text("utf-8"))
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = _TYPES[_FILES[path].suffix]
        return response

    def _follow(self, connection: ServerConnection) -> None:
        """Send a page all there is, and then what changes."""
        version = -1
        while not self._closing:
            version, changes = self._counts.changes(version, timeout=1.0)
            try:
                if changes is not None:
                    connection.send(json.dumps(changes, ensure_ascii=False))
            except ConnectionClosed:
                return
            time.sleep(_PAUSE_SECONDS)
