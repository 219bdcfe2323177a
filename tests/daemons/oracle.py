"""Says of a running topologies.counted which numbers are stored, how often, and which are lost."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from topologies.counted import END, OPENINGS, POSITION, SOURCE, STORED, WORKING

PATIENCE = 300.0  # seconds, on a busy machine; what is waited for takes seconds on an idle one
_POLL_SECONDS = 0.1
_AHEAD = 5_000  # numbers in the source that are not stored: enough that it never runs dry


class Oracle:
    """The source of a topology and what came out of it.

    Args:
        folder: of both; it has to be empty.
        per_second: how many numbers are added to the source while something is waited for, if that is not more than
            the topology takes.
    """

    def __init__(self, folder: Path, per_second: float = 0.0) -> None:
        self.folder = folder
        self.per_second = per_second
        self.fed = 0
        self.times: Counter[int] = Counter()  # how often each number is stored
        self._attempts: Counter[tuple[int, str]] = Counter()
        self._read: dict[Path, int] = {}
        self._seen = 0
        self._fed_at = time.monotonic()
        (folder / SOURCE).touch()

    def feed(self, count: int) -> None:
        """Append the next numbers to the source."""
        with (self.folder / SOURCE).open("a") as file:
            file.writelines(f"{number}\n" for number in range(self.fed, self.fed + count))
        self.fed += count

    def finish(self) -> None:
        """Say that the source has ended."""
        with (self.folder / SOURCE).open("a") as file:
            print(END, file=file)

    def look(self) -> int:
        """Read what was stored since the last look, and return how many different numbers are."""
        for path in self.folder.glob(f"{STORED}-*"):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                whole, end, _ = file.read().rpartition(b"\n")
            self._read[path] = self._read.get(path, 0) + len(whole) + len(end)
            for line in whole.split(b"\n") if whole else ():
                number, attempt = line.split()
                self.times[int(number)] += 1
                self._attempts[int(number), attempt.decode()] += 1
        return len(self.times)

    @property
    def committed(self) -> int:
        """How many numbers the spout has committed."""
        with contextlib.suppress(OSError, ValueError):
            return int((self.folder / POSITION).read_text()) + 1
        return 0

    @property
    def lost(self) -> list[int]:
        """The numbers that were fed and are not stored; only when all is settled are they lost."""
        return sorted(set(range(self.fed)) - set(self.times))

    @property
    def duplicates(self) -> int:
        """How many entries are stored beyond the first of each number."""
        return sum(self.times.values()) - len(self.times)

    @property
    def twice(self) -> int:
        """How many entries are stored beyond the first of one and the same attempt: Storm's own doing."""
        return sum(self._attempts.values()) - len(self._attempts)

    @property
    def openings(self) -> int:
        """How often the spout has been opened."""
        return len(self.spout_pids)

    def storing_pids(self) -> dict[int, list[int]]:
        """Return the processes that have stored something, by task, oldest first."""
        self.look()
        found: dict[int, list[Path]] = {}
        for path in sorted(self._read, key=lambda one: one.stat().st_ctime):
            if self._read[path]:
                found.setdefault(int(path.name.split("-")[1]), []).append(path)
        return {task: [int(path.name.split("-")[2]) for path in paths] for task, paths in found.items()}

    def working_pids(self) -> dict[tuple[str, int], list[int]]:
        """Return the processes of bolts that have executed something, by component and task, oldest first."""
        found: dict[tuple[str, int], list[int]] = {}
        for path in sorted(self.folder.glob(f"{WORKING}-*"), key=lambda one: one.stat().st_ctime):
            _, component, task, pid = path.name.split("-")
            found.setdefault((component, int(task)), []).append(int(pid))
        return found

    @property
    def spout_pids(self) -> list[int]:
        """The processes that the spout has been opened in, oldest first."""
        path = self.folder / OPENINGS
        return list(map(int, path.read_text().split())) if path.exists() else []

    def keep_fed(self) -> None:
        """Append as many numbers as the time since the last call asks for."""
        now = time.monotonic()
        count = int(min((now - self._fed_at) * self.per_second, self.look() + _AHEAD - self.fed))
        if count > 0:
            self._fed_at = now
            self.feed(count)

    def until(self, reached: Callable[[], bool], what: str, seconds: float = PATIENCE) -> float:
        """Wait until something is so while the source is fed, and return how many seconds that took.

        Args:
            reached: whether it is so.
            what: it is, for the error.
            seconds: the longest time.
        """
        begin = time.monotonic()
        while not reached():
            self.keep_fed()
            taken = time.monotonic() - begin
            assert taken < seconds, f"not within {seconds:.0f} s: {what}; {self.describe()}"
            time.sleep(_POLL_SECONDS)
        return time.monotonic() - begin

    def flows(self) -> bool:
        """Tell whether something new is stored since the last call of this."""
        before, self._seen = self._seen, self.look()
        return self._seen > before

    def until_it_rests(self, seconds: float) -> None:
        """Wait until nothing new has been stored for that long."""
        since = time.monotonic()

        def rests() -> bool:
            nonlocal since
            if self.flows():
                since = time.monotonic()
            return time.monotonic() - since >= seconds

        self.until(rests, f"nothing new is stored for {seconds} s")

    def settle(self, seconds: float = PATIENCE) -> None:
        """Wait until all that was fed is acked and committed, and assert that nothing is lost."""
        per_second, self.per_second = self.per_second, 0.0
        self.until(lambda: self.committed == self.fed, "all numbers are committed", seconds)
        self.per_second, self._fed_at = per_second, time.monotonic()
        self.look()
        assert not self.lost, f"{len(self.lost)} of {self.fed} numbers are acked and not stored: {self.lost[:10]}"
        assert len(self.times) == self.fed

    def describe(self) -> str:
        """Return the counts in words."""
        self.look()
        return (
            f"{self.fed:,} numbers: lost {len(self.lost):,}, duplicates {self.duplicates:,}, "
            f"committed {self.committed:,}, spout opened {self.openings} times"
        )
