"""The base classes of users' components: what runs on a worker, plus how calling the class declares it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from umbrella.dsl.declaration import declare_call
from umbrella.dsl.java_values import JavaObject, WrittenInJava
from umbrella.dsl.options import prepare
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
        """A field for type checkers that is not by keyword only."""
        ...

else:

    def dataclass_transform(**_):
        """Do nothing: only type checkers read it, and workers have no typing_extensions."""
        return lambda cls: cls

    option = None


@dataclass_transform(kw_only_default=True, field_specifiers=(option,))
class ComponentType(type):
    """Makes calling a component class declare it: nothing of the component runs on the client."""

    if not TYPE_CHECKING:

        def __call__(cls, *args: Any, **given: Any) -> Any:
            return declare_call(cls, args, given)

        def __getattr__(cls, name: str) -> Any:
            hint = f"A component is declared by a call: {cls.__name__}(2)." if name == "spec" else ""  # streamparse's
            raise AttributeError(explain(f"{cls.__name__} has no {name!r}", hint=hint))

        def _prepared_options(cls, component: Any, options: Mapping[str, Any]) -> dict[str, Any]:
            """Return the options that came to a worker as the types they are declared with (umbrella.multilang)."""
            return prepare(component, options)


class Declared(metaclass=ComponentType):
    """What every declared component takes.

    Args:
        executors: how many threads of Storm run it (its parallelism hint), by position.
        tasks: how many tasks, each a Python process of its own; without it, as many as executors.
        config: Storm settings of this component alone, by dotted key.
    """

    if TYPE_CHECKING:
        executors: int = option(default=1, kw_only=False)
        tasks: int | None = None
        config: Mapping[str, Any] = {}

        def replace(self, *, add_inputs: Sequence[Grouping] = (), **changes: Any) -> Self:
            """Return a changed copy of an inherited component, for a topology that inherits."""
            ...


class Spout(Declared, runtime_spout.Spout):
    """A source of tuples: override ``next_tuple``, and ``ack`` and ``fail`` for reliable ones."""


class Bolt(Declared, runtime_bolt.Bolt):
    """A bolt that acks by hand: override ``execute``.

    Args:
        inputs: the groupings it reads.
        tick_seconds: how often ``tick`` is called, in whole seconds; None for never.
    """

    if TYPE_CHECKING:
        inputs: list[Grouping] = []
        tick_seconds: int | None = None
    else:
        tick_seconds = None


class AutoAckBolt(Bolt, runtime_bolt.AutoAckBolt):
    """A bolt that anchors what it emits to its input, acks on return and fails on an exception."""


class BatchingBolt(Bolt, runtime_batching.BatchingBolt):
    """A bolt that handles many tuples in one go: override ``execute_batch``.

    Args:
        batch_size: how many tuples make a batch.
        tick_seconds: the longest time that a tuple waits for its batch to fill.
    """

    if TYPE_CHECKING:
        batch_size: int = 100
        tick_seconds: int | None = 1
    else:
        tick_seconds = 1


class ReliableSpout(Spout, runtime_reliable.ReliableSpout):
    """A source over something durable, whose entries are replayed until they are acked: override ``fetch``.

    Args:
        batch_size: entries emitted at most each time Storm asks.
        max_failures: how often an entry may fail before ``dead_letter``; None for ever.
        retry_seconds: the pause before an entry's first replay.
        max_retry_seconds: the longest pause.
    """

    if TYPE_CHECKING:
        batch_size: int = 100
        max_failures: int | None = None
        retry_seconds: float = 1.0
        max_retry_seconds: float = 60.0


class JVMComponent(Declared, WrittenInJava):
    """A component written in Java: a class and its constructor's arguments, or what ``jvm_object`` returns.

    Attributes:
        jvm_class: the full name of its class.
        jvm_args: the arguments of its constructor: plain values, lists, dicts, JavaObject, JavaEnum, JavaClass.
        artifacts: what of Maven it needs beyond Storm, GROUP:ARTIFACT:VERSION each; it goes into the topology's jar.
    """

    artifacts: ClassVar[Sequence[str]] = ()

    if TYPE_CHECKING:
        jvm_class: str = ""
        jvm_args: Sequence[JavaArgument] = ()
    else:
        jvm_class = ""
        jvm_args = ()

    def jvm_object(self) -> JavaObject:
        """Return the Java object that runs: override it where a class and its arguments are not enough.

        It is called where the topology is compiled, with the component's options as attributes.
        """
        return JavaObject(self.jvm_class, *self.jvm_args)

    def needed_fields(self) -> Sequence[str]:
        """Return the fields that it reads by name, for ``check`` to see that every stream among its inputs has them.

        It is called after ``jvm_object``, in the same way.
        """
        return ()


class JVMSpout(JVMComponent, runtime_spout.Spout):
    """A spout written in Java, wired from Python."""


class JVMBolt(JVMComponent, runtime_bolt.Bolt):
    """A bolt written in Java, wired from Python."""

    if TYPE_CHECKING:
        inputs: list[Grouping] = []
