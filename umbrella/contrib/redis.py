"""Redis: a spout that reads lists and channels, and storm-redis's bolts that store and look up."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Optional, Union
from urllib.parse import SplitResult, quote, unquote, urlsplit

from umbrella.contrib.redis_faults import PORT, bolt_faults, fields, lookup_faults, names, refuse, spout_faults
from umbrella.dsl.components import JVMBolt, JVMSpout
from umbrella.dsl.java_values import JavaEnum, JavaObject
from umbrella.dsl.streams import Stream

JEDIS = "redis.clients:jedis:7.0.0"  # the one that storm-redis 2.8.3 has
STORM_REDIS = "org.apache.storm:storm-redis:2.8.3"

Type = Literal["string", "hash", "list", "set", "sorted_set", "hyper_log_log", "geo"]

_OURS = "umbrella.storm.redis"
_STORM = "org.apache.storm.redis"


class RedisSpout(JVMSpout):
    """Reads a list of Redis, each entry at least once, or what is published to channels, while it is connected.

    The stream ``Default`` has one field, for the entry or message, or two: the name of its list or channel comes first.

    Args:
        url: redis://[[user:]password@]host[:port][/database], or rediss:// for TLS.
        list: the list's key.
        channels: instead of it, channels to subscribe to; they are shared among the tasks.
        patterns: or patterns that the names of channels match.
        end: where a list's next entry is taken from: "right" if it is filled by LPUSH, "left" if by RPUSH.
        encoding: what bytes are read as, of those that Java has too; "latin-1" has a character for each byte.
        group: names the lists that hold what a list's tasks have taken; by default topology.component.
        dead_letters: the list that a list's entries go to when they failed too often; by default KEY:dead.
        max_failures: how often an entry may fail before that, or before a message is dropped; None for ever.
        retry_seconds: the pause before an entry is sent again; it doubles from failure to failure.
        max_retry_seconds: the longest pause.
        max_pending: how many entries a task takes from its list that are not settled yet.

    Attributes:
        artifacts: what of Maven goes into the topology's jar.
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
                DeclarationError: options do not go together.
            """
            refuse(spout_faults(self, RedisSpout))
            return JavaObject(f"{_OURS}.RedisSpout", _settings(self))


class RedisStoreBolt(JVMBolt):
    """Writes a field of each tuple into Redis under the key in another field: storm-redis's RedisStoreBolt.

    Text, numbers and truth values are stored as text, lists and dicts as JSON; None and bytes fail the tuple.

    Args:
        url: redis://[:password@]host[:port][/database]; storm-redis has neither TLS nor user names.
        type: what is written: a string, or an entry of a list, set, hash, ...
        container: the key of the hash, sorted set or geo set, in which the key in the tuple is a member.
        key: the field with the key.
        value: the field with the value, the score, or "longitude:latitude".
        timeout_seconds: for each answer of Redis.
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
                DeclarationError: options do not go together.
            """
            refuse(bolt_faults(self))
            mapper = JavaObject(f"{_OURS}.StoreMapper", _type(self), self.container or None, self.key, self.value)
            return JavaObject(f"{_OURS}.StoreBolt", _pool(self), mapper)

        def needed_fields(self) -> Sequence[str]:
            """Return the fields with the key and the value."""
            return self.key, self.value


class RedisLookupBolt(JVMBolt):
    """Emits for each tuple what Redis has under the key in one of its fields: storm-redis's RedisLookupBolt.

    Declare the stream ``Default`` in a class of your own: its last field is for what was found (None if nothing was),
    those before it are passed on from the input by their names. Of a list the first entry is taken out, of a set and a
    HyperLogLog it is the size, of a geo set [longitude, latitude].

    Args:
        url: redis://[:password@]host[:port][/database]; storm-redis has neither TLS nor user names.
        type: what is looked into.
        container: the key of the hash, sorted set or geo set, of which the key in the tuple is a member.
        key: the field with the key.
        timeout_seconds: for each answer of Redis.
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
                DeclarationError: options do not go together.
            """
            refuse(bolt_faults(self), lookup_faults(self))
            mapper = JavaObject(f"{_OURS}.LookupMapper", _type(self), self.container or None, self.key, fields(self))
            return JavaObject(f"{_OURS}.LookupBolt", _pool(self), mapper)

        def needed_fields(self) -> Sequence[str]:
            """Return the field with the key, and those that are passed on."""
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
    """Return a URL as Jedis takes it: with its port (JedisURIHelper.isValid), and without what java.net.URI refuses."""
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
