"""Puts made-up lines of an access log into a list of Redis, so many a second, until it is stopped."""

from __future__ import annotations

import argparse
import sys
import time

from examples.geocoder.arguments import count, positive
from examples.geocoder.generator import log_lines


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    given = _arguments(arguments)
    import redis

    try:
        with redis.Redis.from_url(given.redis) as client:
            sent = _feed(client, given)
    except (redis.RedisError, ValueError) as exc:
        print(f"feed: Redis at {given.redis.rpartition('@')[2]}: {exc}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    print(f"{sent} lines are in the list {given.list!r}")
    return 0


def _feed(client, given: argparse.Namespace) -> int:
    begin = time.monotonic()
    for number, line in enumerate(log_lines(given.lines)):
        time.sleep(max(0.0, begin + number / given.per_second - time.monotonic()))
        client.lpush(given.list, line.rstrip(b"\n"))
    return given.lines


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m examples.geocoder.feed", description=__doc__)
    parser.add_argument("--redis", default="redis://127.0.0.1:6379", metavar="URL", help="default: %(default)s")
    parser.add_argument("--list", default="access-log", metavar="KEY", help="default: %(default)s")
    parser.add_argument("--lines", type=count, default=10_000, metavar="N", help="default: %(default)s")
    parser.add_argument("--per-second", type=positive, default=50.0, metavar="N", help="default: %(default)s")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
