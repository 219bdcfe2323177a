"""Redis: a spout that reads lists and channels, and the bolts of storm-redis that store and look up values."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Optional, Union
from urllib.parse import SplitResult, quote, unquote, urlsplit

from umbrella.contrib.redis_faults import PORT, bolt_faults, fields, lookup_faults, names, refuse, spout_faults
from umbrella.dsl.components import JVMBolt, JVMSpout
from umbrella.dsl.java_values import JavaEnum, JavaObject
from umbrella.dsl.streams import Stream

JEDIS = "redis.clients:jedis:7.0.0"  # the version that storm-redis 2.8.3 uses
STORM_REDIS = "org.apache.storm:storm-redis:2.8.3"

Type = Literal["string", "hash", "list", "set", "sorted_set", "hyper_log_log", "geo"]

_OURS = "umbrella.storm.redis"
_STORM = "org.apache.storm.redis"


class RedisSpout(JVMSpout):
    """Reads a Redis list (each entry at least once) or channels (messages published while it is connected).

    The stream ``Default`` has one field for the entry or message, or two: first the name of its list or channel.

    Args:
        url: redis://[[user:]password@]host[:port][/database], or rediss:// for TLS.
        list: the key of the list.
        channels: instead of list, channels to subscribe to; they are distributed over the tasks.
        patterns: instead of list, patterns for channel names.
        end: the end of the list to read from: "right" if it is filled by LPUSH, "left" if by RPUSH.
        encoding: how to decode bytes; must exist in Java too. "latin-1" has one character per byte.
        group: a name for the lists of entries that tasks have taken; by default topology.component.
        dead_letters: the list for entries that failed too often; by default KEY:dead.
        max_failures: how often an entry may fail before that, or a message before it is dropped; None: forever.
        retry_seconds: the pause before an entry is sent again; it doubles with each failure.
        max_retry_seconds: the longest pause.
        max_pending: how many unsettled entries a task may take from its list.

    Attributes:
        artifacts: the Maven artifacts that go into the topology's jar.
    """

    class Default(Stream):
        fields = "value"

    artifacts: ClassVar[Sequence[str]] = (JEDIS,)

    url: str = "redis://localhost:6379"
    channels: Union[str, Sequence[str]] = ()
    patterns: Union[str, Sequence[str]] = ()
    end: Literal["right", "left"] = "right"
    encoding: str = "utf-8"
    group: str = ""
    dead_letters: str = ""
    max_failures: Optional[int] = None
    retry_seconds: float = 1.0
    max_retry_seconds: float = 60.0
    max_pending: int = 10_000
    list: str = ""

    if not TYPE_CHECKING:

        def jvm_object(self) -> JavaObject:
            """Return the spout.

            Raises:
                DeclarationError: the options conflict.
            """
            refuse(spout_faults(self, RedisSpout))
            return JavaObject(f"{_OURS}.RedisSpout", _settings(self))


class RedisStoreBolt(JVMBolt):
    """Writes a field of each tuple into Redis, with another field as the key: storm-redis's RedisStoreBolt.

    Text, numbers and booleans are stored as text, lists and dicts as JSON; None and bytes fail the tuple.

    Args:
        url: redis://[:password@]host[:port][/database]; storm-redis supports neither TLS nor user names.
        type: the Redis data type to write: a string, or an entry of a list, set, hash, ...
        container: the key of the hash, sorted set or geo set that has the tuple's key as a member.
        key: the field with the key.
        value: the field with the value, the score, or "longitude:latitude".
        timeout_seconds: the timeout for each reply of Redis.
    """

    artifacts: ClassVar[Sequence[str]] = (STORM_REDIS,)

    url: str = "redis://localhost:6379"
    type: Type = "string"
    container: str = ""
    key: str = "key"
    value: str = "value"
    timeout_seconds: float = 2.0

    if not TYPE_CHECKING:

        def jvm_object(self) -> JavaObject:
            """Return the bolt.

            Raises:
                DeclarationError: the options conflict.
            """
            refuse(bolt_faults(self))
            mapper = JavaObject(f"{_OURS}.StoreMapper", _type(self), self.container or None, self.key, self.value)
            return JavaObject(f"{_OURS}.StoreBolt", _pool(self), mapper)

        def needed_fields(self) -> Sequence[str]:
            """Return the fields that hold the key and the value."""
            return self.key, self.value


class RedisLookupBolt(JVMBolt):
    """Emits, for each tuple, the Redis value for the key in one of its fields: storm-redis's RedisLookupBolt.

    Declare the stream ``Default`` in a subclass. Its last field holds the result (None if nothing was found); the
    fields before it are copied from the input by name. For a list, the first entry is removed and returned; for a set
    and a HyperLogLog the result is the size, for a geo set [longitude, latitude].

    Args:
        url: redis://[:password@]host[:port][/database]; storm-redis supports neither TLS nor user names.
        type: the Redis data type to read.
        container: the key of the hash, sorted set or geo set that has the tuple's key as a member.
        key: the field with the key.
        timeout_seconds: the timeout for each reply of Redis.
    """

    artifacts: ClassVar[Sequence[str]] = (STORM_REDIS,)

    url: str = "redis://localhost:6379"
    type: Type = "string"
    container: str = ""
    key: str = "key"
    timeout_seconds: float = 2.0

    if not TYPE_CHECKING:

        def jvm_object(self) -> JavaObject:
            """Return the bolt.

            Raises:
                DeclarationError: the options conflict.
            """
            refuse(bolt_faults(self), lookup_faults(self))
            mapper = JavaObject(f"{_OURS}.LookupMapper", _type(self), self.container or None, self.key, fields(self))
            return JavaObject(f"{_OURS}.LookupBolt", _pool(self), mapper)

        def needed_fields(self) -> Sequence[str]:
            """Return the field that holds the key, and the fields copied from the input."""
            return self.key, *fields(self)[:-1]


def _settings(spout: Any) -> dict[str, Any]:
    return {
        "url": _whole(urlsplit(spout.url)),
        "list": spout.list,
        "channels": names(spout.channels),
        "patterns": names(spout.patterns),
        "fields": fields(spout),
        "end": spout.end,
        "encoding": codecs.lookup(spout.encoding).name,
        "group": spout.group,
        "dead_letters": spout.dead_letters,
        "max_failures": spout.max_failures or 0,
        "retry_seconds": float(spout.retry_seconds),
        "max_retry_seconds": float(spout.max_retry_seconds),
        "max_pending": spout.max_pending,
    }


def _whole(url: SplitResult) -> str:
    """Return a URL that Jedis accepts: with its port (JedisURIHelper.isValid), and valid for java.net.URI."""
    user, at, place = url.netloc.rpartition("@")
    place = place if url.port else f"{place.rstrip(':')}:{PORT}"
    return url._replace(netloc=quote(user, safe=":%") + at + place).geturl()


def _pool(bolt: Any) -> JavaObject:
    url = urlsplit(bolt.url)
    made = JavaObject(f"{_STORM}.common.config.JedisPoolConfig$Builder")
    made = made.call("setHost", url.hostname).call("setPort", url.port or PORT)
    made = made.call("setDatabase", int(url.path.strip("/") or 0))
    made = made.call("setTimeout", round(bolt.timeout_seconds * 1000))
    return (made.call("setPassword", unquote(url.password)) if url.password else made).call("build")


def _type(bolt: Any) -> JavaEnum:
    return JavaEnum(f"{_STORM}.common.mapper.RedisDataTypeDescription$RedisDataType", bolt.type.upper())
