"""What the client sends and takes, byte for byte and call for call."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

import pytest

from tests.storm.nimbus.peers import HOST, Answers, Hangup, answering, leader, listening, topology
from umbrella.compile.idl import storm
from umbrella.errors import NimbusFailedError, NimbusLostError, NotAliveError
from umbrella.storm.nimbus.client import CHUNK, NimbusClient
from umbrella.storm.nimbus.frames import FramedSocket, FrameError, FrameTooLargeError
from umbrella.storm.nimbus.settings import NimbusSettings
from umbrella.storm.nimbus.streams import StreamSocket

SECONDS = 10.0
ASK = "getTopologySummaries"


def client_of(port: int, **given: int) -> NimbusClient:
    settings = NimbusSettings((f"{HOST}:{port}",), timeout_seconds=SECONDS, connect_timeout_seconds=SECONDS, **given)
    return NimbusClient(settings)


@pytest.fixture
def pair():
    """Two ends of a connection."""
    ends = socket.socketpair()
    with ends[0], ends[1]:
        yield ends


def test_a_frame_is_read_to_its_last_byte_and_no_further(pair):
    transport = FramedSocket(pair[0], 100)
    pair[1].sendall(struct.pack("!i", 3) + b"abc" + struct.pack("!i", 2) + b"de")
    transport.begin(SECONDS)
    assert [transport.read(size) for size in (1, 0, 2, 2)] == [b"a", b"", b"bc", b"de"]
    pair[1].sendall(struct.pack("!i", 2) + b"fg")
    with pytest.raises(FrameError, match="ends in the middle of a value"):
        transport.read(3)


def test_a_frame_that_comes_in_parts_is_read_whole(pair):
    def drip():
        for byte in struct.pack("!i", 3) + b"abc":
            pair[1].sendall(bytes([byte]))

    transport = FramedSocket(pair[0], 100)
    transport.begin(SECONDS)
    thread = threading.Thread(target=drip)
    thread.start()
    assert transport.read(3) == b"abc"
    thread.join()


def test_what_a_call_left_is_not_read_by_the_next(pair):
    transport = FramedSocket(pair[0], 100)
    transport.begin(SECONDS)
    pair[1].sendall(struct.pack("!i", 3) + b"abc")
    assert transport.read(1) == b"a"
    transport.write(b"unsent")
    transport.begin(SECONDS)
    pair[1].sendall(struct.pack("!i", 1) + b"d")
    assert transport.read(1) == b"d"
    transport.write(b"sent")
    transport.flush()
    assert pair[1].recv(100) == struct.pack("!i", 4) + b"sent"


@pytest.mark.parametrize(("kind", "header"), [(FramedSocket, struct.pack("!i", 5)), (StreamSocket, b"")])
def test_a_message_of_exactly_the_limit_is_sent_and_none_beyond(pair, kind, header):
    transport = kind(pair[0], 5)
    transport.begin(SECONDS)
    transport.write(b"abcde")
    transport.flush()
    assert pair[1].recv(100) == header + b"abcde"
    transport.write(b"abcdef")
    with pytest.raises(FrameTooLargeError):
        transport.flush()
    pair[0].close()
    assert pair[1].recv(100) == b""


def test_an_answer_without_frames_may_have_exactly_the_limit(pair):
    transport = StreamSocket(pair[0], receive_limit=4)
    pair[1].sendall(b"abcd")
    transport.begin(SECONDS)
    assert transport.read(1) + transport.read(3) == b"abcd"
    with pytest.raises(FrameError, match="longer than any of a Nimbus"):
        transport.read(1)
    pair[1].sendall(b"abcd")
    transport.begin(SECONDS)
    assert transport.read(4) == b"abcd"


@pytest.mark.parametrize(
    ("frame_limit", "chunk"), [(1 << 20, CHUNK), (2 * CHUNK, CHUNK), (2 * CHUNK - 2, CHUNK - 1), (4096, 2048)]
)
def test_a_jar_is_sent_whole_in_chunks_that_nimbus_takes(tmp_path, frame_limit, chunk):
    jar = tmp_path / "topology.jar"
    data = bytes(range(256)) * (2 * chunk // 256) + b"end"
    jar.write_bytes(data)
    steps: list[tuple[int, int]] = []
    answers = {"beginFileUpload": "place", "uploadChunk": None, "finishFileUpload": None}
    with answering(**answers) as (port, got), client_of(port, frame_limit=frame_limit) as client:
        assert client.upload(jar, lambda *step: steps.append(step)) == "place"
    chunks = [arguments for name, arguments in got.calls if name == "uploadChunk"]
    assert {location for location, _ in chunks} == {"place"}
    assert b"".join(part for _, part in chunks) == data
    assert max(len(part) for _, part in chunks) == chunk
    assert [name for name, _ in got.calls if name != "uploadChunk"] == [
        "getLeader",
        "beginFileUpload",
        "finishFileUpload",
    ]
    assert steps[0] == (0, len(data))
    assert steps[-1] == (len(data), len(data))


def hangs_up_once(answer, at: int):
    """Return an answer that ends the connection at that call of it, counted from 1."""
    calls = iter(range(1, 100))

    def call(*arguments):
        if next(calls) == at:
            raise Hangup
        return answer

    return call


def test_what_changes_nothing_is_asked_again_if_the_connection_broke_since_the_call_before():
    with answering(getTopologySummaries=hangs_up_once([], 2)) as (port, got), client_of(port) as client:
        client.topologies()
        assert client.topologies() == []
    assert [name for name, _ in got.calls] == ["getLeader", *[ASK] * 2, "getLeader", ASK]


def test_what_changes_nothing_is_asked_once_by_a_connection_that_is_new():
    with answering(getTopologySummaries=hangs_up_once([], 1)) as (port, got), client_of(port) as client:
        with pytest.raises(NimbusLostError, match="broke during getTopologySummaries"):
            client.topologies()
        assert got.count(ASK) == 1
        assert client.topologies() == []  # and the broken connection is not used again


def test_what_changes_something_is_never_sent_again_when_its_answer_is_lost():
    with answering(activate=hangs_up_once(None, 1)) as (port, got), client_of(port) as client:
        client.connection  # noqa: B018
        with pytest.raises(NimbusLostError, match="broke during activate"):
            client.activate("Small")
        assert got.count("activate") == 1
        client.activate("Small")
    assert got.count("activate") == 2


def test_a_nimbus_that_fails_is_not_told_again_unless_another_one_leads_by_now():
    failure = storm.NotAliveException(msg="Small is not alive")
    summary = topology("Small")
    with answering(activate=None) as (second, new), contextlib.ExitStack() as stack:
        leads = [0]  # which of the two
        old = Answers(
            getLeader=lambda: leader([first, second][leads[0]]), activate=failure, getTopologySummaries=[summary]
        )
        first = stack.enter_context(listening(old.serve_frames))
        client = stack.enter_context(client_of(first))
        with pytest.raises(NimbusFailedError, match="lists topology 'Small' and does not lead yet"):
            client.activate("Small")
        assert old.count("activate") == 1
        leads[0] = 1
        client.activate("Small")
        assert (old.count("activate"), new.calls) == (2, [("activate", ("Small",))])


def test_a_topology_that_is_not_there_is_named_with_those_that_are():
    gone = storm.NotAliveException(msg="Smal is not alive")
    with (
        answering(activate=gone, getTopologySummaries=[topology("Small")]) as (port, got),
        client_of(port) as client,
        pytest.raises(NotAliveError, match="there is no topology 'Smal'; valid: Small. Did you mean 'Small'?"),
    ):
        client.activate("Smal")
    assert got.count("activate") == 1
