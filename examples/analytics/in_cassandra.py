"""The same topology with its events in Apache Cassandra, by its driver: ``pip install cassandra-driver``.

Cassandra has no query for most of what may be asked. So each task of ``store`` reads a part of the ring of partitions,
the columns that the query needs, page by page, and computes its rows itself.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from examples.analytics.events import Event
from examples.analytics.query import Query
from examples.analytics.topology import Analytics, Store
from umbrella import UmbrellaError
from umbrella.errors import EXIT_MISSING, EXIT_USAGE, explain

if TYPE_CHECKING:
    from cassandra.cluster import Session
    from cassandra.query import PreparedStatement

STORE = os.environ.get("ANALYTICS_STORE") or "cassandra://localhost:9042/analytics"

_FORM = "cassandra://HOST:PORT/KEYSPACE"
_ADDRESS = re.compile(r"cassandra://([\w.-]+):(\d{1,5})/([a-z][a-z0-9_]{0,47})", re.ASCII)
_SECONDS = 60.0  # for an answer: a busy server takes its time over a page
_CONNECT_SECONDS = 20.0  # for each step of connecting; the driver's own 2 and 5 are too few on a busy machine
_AGAIN_SECONDS = 2.0  # between tries to reach a server that is away; the driver's own pauses grow to ten minutes
_PROTOCOL = 4  # of any Cassandra in use; unless one is named the driver tries those of other servers, and warns
_PAGE = 5000  # rows
_WRITES = 100  # under way at a time
# So many ids are a partition: some hundred KB, and enough partitions to share them out.
_IDS = 1000
# The partition is of the id alone: were it of the task, events would be doubled after a change of how many tasks.
_TABLE = (
    "CREATE TABLE IF NOT EXISTS {} (bucket bigint, id bigint, time bigint, collection text, country text,"
    " device text, amount bigint, PRIMARY KEY (bucket, id))"
)
# Who wants more copies creates the keyspace beforehand.
_KEYSPACE = (
    "CREATE KEYSPACE IF NOT EXISTS \"{}\" WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}"
)


class AddressError(UmbrellaError):
    """The address of the store is not of the form that it has."""

    exit_code = EXIT_USAGE


class DriverMissingError(UmbrellaError):
    """The driver of Cassandra is not installed."""

    exit_code = EXIT_MISSING


class UnreachableError(UmbrellaError):
    """No Cassandra answers at the address."""


class Address(NamedTuple):
    """Where a keyspace is."""

    host: str
    port: int
    keyspace: str

    @property
    def table(self) -> str:
        """The table with its keyspace, as CQL has it."""
        return f'"{self.keyspace}".events'


def parse_address(text: str) -> Address:
    """Return what a URL says.

    Raises:
        AddressError: it is not of the form.
    """
    found = _ADDRESS.fullmatch(text)
    if not found or not 0 < int(found[2]) < 65536:
        hint = "A keyspace has small letters, digits and _, at most 48, a letter first."
        raise AddressError(explain("this is no address of a store", given=text, valid=[_FORM], hint=hint))
    return Address(found[1], int(found[2]), found[3])


def connect(text: str) -> Session:
    """Return a session with the Cassandra of a URL, after creating the keyspace and its table if they are not there.

    Raises:
        AddressError: it is no such URL.
        DriverMissingError: there is no driver.
        UnreachableError: there is no Cassandra.
    """
    address = parse_address(text)
    try:
        from cassandra import ConsistencyLevel, OperationTimedOut, UnresolvableContactPoints
        from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, NoHostAvailable
        from cassandra.policies import ConstantReconnectionPolicy, DCAwareRoundRobinPolicy, TokenAwarePolicy
        from cassandra.query import tuple_factory
    except ImportError as exc:
        what = "events are to be stored in Cassandra, and this Python has not its driver"
        raise DriverMissingError(explain(what, given=text, hint="Try: pip install cassandra-driver")) from exc
    profile = ExecutionProfile(
        load_balancing_policy=TokenAwarePolicy(DCAwareRoundRobinPolicy()),
        consistency_level=ConsistencyLevel.LOCAL_QUORUM,  # what is acked is read by who asks next
        request_timeout=_SECONDS,
        row_factory=tuple_factory,
    )
    try:
        cluster = Cluster(
            [address.host],
            address.port,
            protocol_version=_PROTOCOL,
            reconnection_policy=ConstantReconnectionPolicy(_AGAIN_SECONDS, max_attempts=None),
            execution_profiles={EXEC_PROFILE_DEFAULT: profile},
            connect_timeout=_CONNECT_SECONDS,
            control_connection_timeout=_CONNECT_SECONDS,
        )
    except UnresolvableContactPoints as exc:
        raise _unreachable(text, f"there is no host {address.host}") from exc
    try:
        session = cluster.connect()
        # Tasks may do this at the same time; the driver waits until all nodes know of it.
        session.execute(_KEYSPACE.format(address.keyspace))
        session.execute(_TABLE.format(address.table))
    except NoHostAvailable as exc:
        cluster.shutdown()
        late = f"it does not answer within {_CONNECT_SECONDS:.0f} s"
        said = [late if isinstance(one, OperationTimedOut) else str(one) for one in exc.errors.values()]
        raise _unreachable(text, "; ".join(said)) from exc
    except BaseException:
        cluster.shutdown()
        raise
    return session


def _unreachable(text: str, why: str) -> UnreachableError:
    what = f"no Cassandra can be reached: {why}"
    return UnreachableError(explain(what, given=text, hint="Does it run, and is that its native_transport_port?"))


class CassandraStore(Store):
    """Keeps the events in a keyspace, which all tasks write to; each answers for its part of the ring.

    An event that comes again takes the place of what is there, which is the same.
    """

    address: str

    def open(self) -> None:
        self.session = connect(self.address)
        self.table = parse_address(self.address).table
        columns = ", ".join(["bucket", *Event._fields])
        marks = ", ".join("?" * (1 + len(Event._fields)))
        self.insert = self.session.prepare(f"INSERT INTO {self.table} ({columns}) VALUES ({marks})")
        self.insert.is_idempotent = True  # the driver may try again
        self.selects: dict[tuple[str, ...], PreparedStatement] = {}

    def execute_batch(self, batch: list[Any]) -> None:
        from cassandra.concurrent import execute_concurrent_with_args

        events = [(event.id // _IDS, *event) for event in batch]
        execute_concurrent_with_args(self.session, self.insert, events, concurrency=_WRITES)

    def rows(self, query: Query) -> list[Any]:
        begin, end = part_of_ring(*self.share())
        return query.rows(self.session.execute(self.select(query.properties()), (begin, end)))

    def select(self, columns: tuple[str, ...]) -> PreparedStatement:
        """Return what reads these columns of a part of the ring."""
        if columns not in self.selects:
            text = f"SELECT {', '.join(columns)} FROM {self.table} WHERE token(bucket) > ? AND token(bucket) <= ?"
            found = self.selects[columns] = self.session.prepare(text)
            found.fetch_size, found.is_idempotent = _PAGE, True
        return self.selects[columns]

    def close(self) -> None:
        self.session.cluster.shutdown()


def part_of_ring(number: int, count: int) -> tuple[int, int]:
    """Return the tokens that one of so many parts of the ring lies between; the second one is in it, not the first.

    Tokens are those of Murmur3Partitioner, Cassandra's own choice: 64 bits, but none is the smallest.
    """
    first, size = -(2**63), 2**64 - 1
    return first + size * number // count, first + size * (number + 1) // count


class AnalyticsInCassandra(Analytics):
    store = CassandraStore(2, address=STORE, inputs=Analytics.store.inputs)
