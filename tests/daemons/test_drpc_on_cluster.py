"""DRPC on a cluster of daemons: two workers, servers that go and come, and gathered parts that are lost."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from daemons.running import end, nimbus_of, start, submitted, wait_until
from topologies.served import TWEETERS, Restarting, Slow, Spread, reach
from umbrella import DRPCClient
from umbrella.cli.main import main
from umbrella.errors import DRPCError, DRPCFailedError, DRPCLostError, DRPCUnreachableError

pytestmark = pytest.mark.storm

START_SECONDS = 180.0  # beyond what is usual: two workers and their processes start at once


@pytest.fixture(scope="module")
def serving(daemons, tmp_path_factory):
    """The cluster with the functions reach and slow."""
    folder = tmp_path_factory.mktemp("drpc")
    with submitted(daemons, Spread, "topologies.served", folder), submitted(daemons, Slow, "topologies.served", folder):
        with DRPCClient("localhost", port=daemons.drpc_port) as client:
            for function, args in (("reach", "example.org"), ("slow", "shout x")):
                wait_until(lambda f=function, a=args: answered(client, f, a), START_SECONDS)
        yield daemons


@pytest.fixture
def client(serving) -> Iterator[DRPCClient]:
    with DRPCClient("localhost", port=serving.drpc_port, timeout_seconds=120) as one:
        yield one


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def umbrella(capsys, *arguments: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out = capsys.readouterr()
    return ended.value.code, out.out, out.err


def answered(client: DRPCClient, function: str, args: str) -> bool:
    """Whether a call is answered, within a short while."""
    try:
        return bool(client.execute(function, args, timeout_seconds=5))
    except DRPCError:
        return False


def test_parts_from_two_workers_are_gathered_per_request(client):
    for _ in range(5):
        assert {link: int(client.execute("reach", link)) for link in TWEETERS} == {
            link: reach(link) for link in TWEETERS
        }


def test_the_command_calls_the_cluster_of_the_settings(serving, capsys, monkeypatch):
    monkeypatch.setenv("UMBRELLA_CLUSTER", str(serving.folder))
    monkeypatch.setenv("HOME", str(serving.folder / "nobody"))
    for name in ("STORM_CONF_DIR", "STORM_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert umbrella(capsys, "drpc", "slow", "shout hello", "--timeout", "120") == (0, "HELLO!\n", "")
    code, out, err = umbrella(capsys, "drpc", "slow", "raise hell")
    assert (code, out) == (1, "")
    assert err.startswith("umbrella: function 'slow' failed: acting: Traceback")
    assert err.endswith("LookupError: no such thing: hell\n")


def test_the_command_names_servers_that_are_not_there(closed_port, capsys):
    code, out, err = umbrella(capsys, "drpc", "reach", "x", "--server", f"localhost:{closed_port}")
    assert (code, out) == (4, "")
    assert err == (
        f"umbrella: there is no way to the DRPC server at localhost:{closed_port}; given: Connection refused. "
        "Is it up, and are drpc.servers and drpc.port right? `--server HOST[:PORT]` names another.\n"
    )


def test_several_servers_are_tried_in_turn(serving, closed_port):
    dead = f"localhost:{closed_port}"
    for _ in range(6):  # begins at a random one
        with DRPCClient(dead, f"localhost:{serving.drpc_port}", timeout_seconds=60) as client:
            assert client.execute("slow", "shout x") == "X!"
    with DRPCClient(dead, f"127.0.0.1:{closed_port}") as client, pytest.raises(DRPCUnreachableError) as caught:
        client.execute("slow", "shout x")
    lines = str(caught.value).splitlines()
    assert lines[0] == "no DRPC server can be reached:"
    assert sorted(line[5:] for line in lines[1:3]) == [
        f"there is no way to the DRPC server at 127.0.0.1:{closed_port}; given: Connection refused",
        f"there is no way to the DRPC server at localhost:{closed_port}; given: Connection refused",
    ]


def test_a_server_that_goes_is_told_and_one_that_comes_back_is_used_again(serving, client):
    assert client.execute("slow", "shout x") == "X!"
    caught: list[BaseException] = []

    def call() -> None:
        try:
            with DRPCClient("localhost", port=serving.drpc_port, timeout_seconds=60) as one:
                one.execute("slow", "slow 2")
        except DRPCError as exc:
            caught.append(exc)

    under_way = threading.Thread(target=call)
    under_way.start()
    wait_until(lambda: connections(serving.drpc_port) >= 2)
    serving.kill("drpc")
    under_way.join()
    assert [type(one) for one in caught] == [DRPCLostError]
    assert str(caught[0]) == (
        f"the DRPC server at localhost:{serving.drpc_port} went away before it had answered 'slow'; "
        f"given: {given_of(caught[0])}. "
        "The call may have been done or not; make it again if that does no harm (idempotent=True does)."
    )
    with pytest.raises(DRPCUnreachableError):
        client.execute("slow", "shout x")
    with nimbus_of(serving) as nimbus:
        wait_until(lambda: "cannot be reached" in errors_of(nimbus, "Slow", "requests"))
    serving.start("drpc")
    wait_until(lambda: answered(client, "slow", "shout x") and answered(client, "reach", "example.org"))
    # The kept connection of the client and those of the workers are new ones: each call is answered now.
    for number in range(20):
        assert client.execute("slow", f"shout {number}") == f"{number}!"
        assert int(client.execute("reach", "storm.apache.org")) == reach("storm.apache.org")


def test_an_answer_to_a_server_that_was_started_anew_meanwhile_reaches_no_other_call(serving, tmp_path):
    answers: dict[str, object] = {}

    mark = tmp_path / "under-way"

    def call(args: str) -> threading.Thread:
        def wait() -> None:
            with DRPCClient("localhost", port=serving.drpc_port, timeout_seconds=120) as one:
                try:
                    answers[args] = one.execute("slow", args)
                except DRPCError as exc:
                    answers[args] = exc

        thread = threading.Thread(target=wait)
        thread.start()
        return thread

    def started_anew() -> None:
        serving.kill("drpc")
        serving.start("drpc")  # its next call has the id 1
        wait_until(lambda: listening(serving.drpc_port))

    started_anew()
    first = call(f"slow 20 {mark}")
    wait_until(mark.exists)
    started_anew()
    second = call("slow 1.5")  # waits for the first, in the same task
    first.join()
    second.join()
    assert type(answers[f"slow 20 {mark}"]) is DRPCLostError
    assert answers["slow 1.5"] == "slept 1.5"


def listening(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("localhost", port)) == 0


def connections(port: int) -> int:
    import psutil

    return sum(
        1
        for one in psutil.net_connections("tcp")
        if one.status == "ESTABLISHED" and one.raddr and one.raddr.port == port
    )


def given_of(exc: BaseException) -> str:
    return str(exc).split("given: ")[1].split(". The call")[0]


def errors_of(nimbus, topology: str, component: str) -> str:
    info = nimbus.info(nimbus.topology_id(topology))
    return "\n".join(one.error for one in info.errors.get(component, ()))


def test_a_topology_that_starts_before_its_server_serves_once_that_is_there(daemons, tmp_path):
    daemons.kill("drpc")
    with nimbus_of(daemons) as nimbus:
        start(nimbus, Restarting, "topologies.served", tmp_path)
        try:
            wait_until(lambda: "cannot be reached" in errors_of(nimbus, "Restarting", "requests"))
            text = errors_of(nimbus, "Restarting", "requests")
            assert text.startswith("umbrella.storm.DrpcServerException: DRPC server 127.0.0.1:")
            assert 'Function "restart" is not served there until it is; it is tried again all the time.' in text
            assert "drpc.invocations.port" in text
            daemons.start("drpc")
            with DRPCClient("localhost", port=daemons.drpc_port, timeout_seconds=120) as client:
                wait_until(lambda: answered(client, "restart", "x"), START_SECONDS)
                assert client.execute("restart", "x") == str(list(range(20)))
                gathered_parts_that_are_lost(client)
        finally:
            end(nimbus, "Restarting")


def gathered_parts_that_are_lost(client: DRPCClient) -> None:
    # The process dies while it gathers: an answer made of the rest would be wrong.
    said = "a tuple of the request failed|ended before it was answered|gather: what gather had gathered of this request"
    with pytest.raises(DRPCFailedError, match=said):
        client.execute("restart", "die")
    # The worker is started anew with it; a call meanwhile may fail, but not be answered wrongly.
    right = 0
    while right < 5:
        try:
            assert client.execute("restart", "x") == str(list(range(20)))
            right += 1
        except DRPCError:
            right = 0
