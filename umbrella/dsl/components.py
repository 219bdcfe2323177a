"""The base classes of users' components: the worker's base classes, plus declaration by calling the class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from umbrella.dsl.java_values import JavaObject, WrittenInJava
from umbrella.dsl.options import declare_call, prepare
from umbrella.errors import explain
from umbrella.multilang import (
    batching as runtime_batching,
    bolt as runtime_bolt,
    reliable as runtime_reliable,
    spout as runtime_spout,
)

if TYPE_CHECKING:
    from typing_extensions import Self, dataclass_transform

    from umbrella.dsl.groupings import Grouping
    from umbrella.dsl.java_values import JavaArgument

    T = TypeVar("T")

    def option(*, default: T = ..., kw_only: bool = True) -> T:
        """Declare a dataclass field; only type checkers see it."""
        ...

else:

    def dataclass_transform(**_):
        """Do nothing: it is only for type checkers, and workers do not have typing_extensions."""
        return lambda cls: cls

    option = None


@dataclass_transform(kw_only_default=True, field_specifiers=(option,))
class ComponentType(type):
    """Makes the call of a component class a declaration: no code of the component runs on the client."""

    if not TYPE_CHECKING:

        def __call__(cls, *args: Any, **given: Any) -> Any:
            return declare_call(cls, args, given)

        def __getattr__(cls, name: str) -> Any:
            hint = f"A component is declared by a call: {cls.__name__}(2)." if name == "spec" else ""  # streamparse
            raise AttributeError(explain(f"{cls.__name__} has no {name!r}", hint=hint))

        def _prepared_options(cls, component: Any, options: Mapping[str, Any]) -> dict[str, Any]:
            """Return the options received by a worker, converted to their declared types (umbrella.multilang)."""
            return prepare(component, options)


class Declared(metaclass=ComponentType):
    """Base of all declared components.

    Args:
        executors: the number of Storm executors (threads), its parallelism hint; may be given by position.
        tasks: the number of tasks, each with its own Python process; by default as many as executors.
        config: Storm settings for this component only, by dotted key.
    """

    if TYPE_CHECKING:
        executors: int = option(default=1, kw_only=False)
        tasks: int | None = None
        config: Mapping[str, Any] = {}

        def replace(self, *, add_inputs: Sequence[Grouping] = (), **changes: Any) -> Self:
            """Return a changed copy of an inherited component, for use in a derived topology."""
            ...


class Spout(Declared, runtime_spout.Spout):
    """A source of tuples: override ``next_tuple``, and ``ack`` and ``fail`` for reliable tuples."""


class Bolt(Declared, runtime_bolt.Bolt):
    """A bolt with manual acks: override ``execute``.

    Args:
        inputs: its inputs, as groupings.
        tick_seconds: the interval between calls of ``tick``, in whole seconds; None for no ticks.
    """

    if TYPE_CHECKING:
        inputs: list[Grouping] = []
        tick_seconds: int | None = None
    else:
        tick_seconds = None


class AutoAckBolt(Bolt, runtime_bolt.AutoAckBolt):
    """A bolt that anchors its emits to the input tuple, acks it on return and fails it on an exception."""


class BatchingBolt(Bolt, runtime_batching.BatchingBolt):
    """A bolt that processes tuples in batches: override ``execute_batch``.

    Args:
        batch_size: the number of tuples in a batch.
        tick_seconds: the longest time a tuple waits for its batch to fill.
    """

    if TYPE_CHECKING:
        batch_size: int = 100
        tick_seconds: int | None = 1
    else:
        tick_seconds = 1


class ReliableSpout(Spout, runtime_reliable.ReliableSpout):
    """A spout for a durable source, which replays entries until they are acked: override ``fetch``.

    Args:
        batch_size: the maximum number of entries emitted each time Storm asks.
        max_failures: how often an entry may fail before ``dead_letter`` is called; None: no limit.
        retry_seconds: the pause before an entry's first retry.
        max_retry_seconds: the longest pause.
    """

    if TYPE_CHECKING:
        batch_size: int = 100
        max_failures: int | None = None
        retry_seconds: float = 1.0
        max_retry_seconds: float = 60.0


class JVMComponent(Declared, WrittenInJava):
    """A component written in Java: either a class with constructor arguments, or the result of ``jvm_object``.

    Attributes:
        jvm_class: the full name of the Java class.
        jvm_args: the constructor arguments: plain values, lists, dicts, JavaObject, JavaEnum, JavaClass.
        artifacts: the Maven artifacts it needs besides Storm, as GROUP:ARTIFACT:VERSION; they go into the jar.
    """

    artifacts: ClassVar[Sequence[str]] = ()

    if TYPE_CHECKING:
        jvm_class: str = ""
        jvm_args: Sequence[JavaArgument] = ()
    else:
        jvm_class = ""
        jvm_args = ()

    def jvm_object(self) -> JavaObject:
        """Return the Java object to run: override it if a class with arguments is not enough.

        It is called when the topology is compiled, with the component's options as attributes.
        """
        return JavaObject(self.jvm_class, *self.jvm_args)

    def needed_fields(self) -> Sequence[str]:
        """Return the fields it reads by name; ``umbrella check`` verifies that every input stream has them.

        It is called after ``jvm_object``, in the same way.
        """
        return ()


class JVMSpout(JVMComponent, runtime_spout.Spout):
    """A spout written in Java and declared in Python."""


class JVMBolt(JVMComponent, runtime_bolt.Bolt):
    """A bolt written in Java and declared in Python."""

    if TYPE_CHECKING:
        inputs: list[Grouping] = []
