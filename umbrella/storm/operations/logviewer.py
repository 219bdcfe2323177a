"""Logviewer client: reads the end of a worker's log over HTTP.

Written from the sources of LogviewerResource and LogviewerLogPageHandler of Storm 2.8.3. The logviewer is not among the
jars that can be fetched, so this was never run against a real one.
"""

from __future__ import annotations

import html
import re
import urllib.error
import urllib.parse
import urllib.request

from umbrella.errors import StormError, explain

_SECONDS = 5.0
_BYTES = 51200  # LogviewerConstant.DEFAULT_BYTES_PER_PAGE
_LIMIT = 16 * 1024 * 1024
_CONTENT = re.compile(r'<pre[^>]*id="logContent"[^>]*>(.*?)</pre>', re.DOTALL)


def page_url(host: str, viewer_port: int, topology_id: str, worker_port: int) -> str:
    """Return the URL of the last page of a worker's log."""
    file = urllib.parse.quote(f"{topology_id}/{worker_port}/worker.log", safe="")
    return f"http://{host}:{viewer_port}/api/v1/log?file={file}&length={_BYTES}"


def last_lines(url: str, count: int) -> list[str]:
    """Return the last lines of a worker's log.

    Args:
        url: as returned by ``page_url``.
        count: the maximum number of lines.

    Raises:
        StormError: the logviewer does not answer, or its answer is not a log.
    """
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:
            text = answer.read(_LIMIT).decode("utf-8", "replace")
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "reason", None) or exc
        hint = "Is a logviewer running there? logviewer.port says where"
        raise StormError(explain(f"the logviewer at {url} does not answer", given=str(reason), hint=hint)) from exc
    found = _CONTENT.search(text)
    if found is None:
        raise StormError(explain(f"what answers at {url} shows no log", given=text[:80].strip()))
    return html.unescape(found[1]).splitlines()[-count:]
