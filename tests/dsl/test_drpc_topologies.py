"""What a DRPC topology declares, and what is wrong with one."""

from __future__ import annotations

import pytest

from topologies.served import Acting, Followers, Reach, Tweeters
from umbrella import (
    AutoAckBolt,
    DRPCAggregator,
    DRPCBolt,
    DRPCTopology,
    FieldsGrouping,
    GlobalGrouping,
    ShuffleGrouping,
    Stream,
    Topology,
    TopologyError,
)
from umbrella.dsl import spec_of
from umbrella.spec import ALL, FIELDS, GLOBAL


class Answer(DRPCBolt):
    def execute(self, tup):
        self.return_result(tup.request, tup.args)


class Count(DRPCAggregator):
    def finish(self, request, gathered):
        self.return_result(request, len(gathered))


def streams(topology, name):
    return [stream.name for stream in spec_of(topology).component(name).streams]


def inputs(topology, name):
    found = spec_of(topology).component(name).inputs
    return {(one.component, one.stream): (one.grouping.kind, one.grouping.fields) for one in found}


def test_the_spout_serves_the_function_in_a_phase_for_each_level_of_aggregators():
    assert spec_of(Reach).component("requests").code.args == ("reach", "2")
    assert streams(Reach, "requests") == ["default", "drpc_link", "drpc_begin", "drpc_finish_1", "drpc_finish_2"]
    assert spec_of(Acting).component("requests").code.args == ("act", "0")
    assert streams(Acting, "requests") == ["default", "drpc_link"]


def test_the_function_is_in_the_settings_of_the_topology():
    assert spec_of(Reach).config["umbrella.drpc.function"] == "reach"


def test_an_aggregator_whose_tasks_share_a_call_is_told_in_all_of_them():
    found = inputs(Reach, "different")
    assert found["requests", "drpc_begin"] == (ALL, ())
    assert found["requests", "drpc_finish_1"] == (ALL, ())
    assert spec_of(Reach).component("different").config["umbrella.drpc.alone"] is False


def test_an_aggregator_that_has_a_call_in_one_task_is_told_there():
    found = inputs(Reach, "total")
    assert found["requests", "drpc_begin"] == (FIELDS, ("request",))
    assert found["requests", "drpc_finish_2"] == (FIELDS, ("request",))
    assert spec_of(Reach).component("total").config["umbrella.drpc.alone"] is True


def test_a_globally_grouped_aggregator_is_told_globally():
    class Counted(DRPCTopology):
        function = "count"
        tweeters = Tweeters(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])
        count = Count(3, inputs=[GlobalGrouping(tweeters)])

    assert inputs(Counted, "count")["requests", "drpc_begin"] == (GLOBAL, ())


def test_results_and_failures_of_the_bolts_that_calls_come_to_are_answered():
    by_request = (FIELDS, ("request",))
    assert inputs(Acting, "answers") == {
        ("requests", "drpc_link"): (ALL, ()),
        ("acting", "drpc_result"): by_request,
        ("acting", "drpc_failure"): by_request,
        ("by_hand", "drpc_failure"): by_request,
        ("batches", "drpc_failure"): by_request,
    }


def test_a_component_that_no_call_comes_to_is_left_alone():
    class Beside(AutoAckBolt):
        def execute(self, tup):
            pass

    class Lengths(AutoAckBolt):
        class Default(Stream):
            fields = ("length",)

        def execute(self, tup):
            self.emit(len(tup.args))

    class Measured(DRPCTopology):
        function = "measure"
        answer = Answer(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])
        lengths = Lengths(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])
        beside = Beside(1, inputs=[ShuffleGrouping(lengths)])

    # Those classes are inside a function, which is its own problem.
    problems = problems_of(Measured)
    assert all("inside a function" in one for one in problems)


def test_executors_of_the_own_components_are_changed_by_replace():
    class Wide(Reach):
        requests = DRPCTopology.requests.replace(executors=2)
        answers = DRPCTopology.answers.replace(executors=3)

    assert spec_of(Wide).component("requests").executors == 2
    assert spec_of(Wide).component("answers").executors == 3
    assert len(spec_of(Wide).component("answers").inputs) == 7


def problems_of(topology):
    with pytest.raises(TopologyError) as caught:
        spec_of(topology)
    return [str(one) for one in caught.value.problems]


def test_a_topology_without_function():
    class Nameless(DRPCTopology):
        answer = Answer(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])

    assert any(
        one == "Nameless: a DRPCTopology names its function; given: ''; valid: function = \"reach\""
        for one in problems_of(Nameless)
    )


def test_a_topology_without_ackers():
    class Unacked(Reach):
        class Config:
            acker_executors = 0

    assert (
        "Unacked: a DRPC topology needs ackers: they tell when a call is done; given: topology.acker.executors = 0. "
        "Leave it out."
    ) in problems_of(Unacked)


def test_a_bolt_under_the_name_of_an_own_component():
    class Named(DRPCTopology):
        function = "named"
        answer = Answer(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])
        answers = Answer(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])

    assert (
        "Named.answers: 'answers' is the topology's own DRPCAnswers. Give this component another name; "
        "answers = DRPCTopology.answers.replace(...) changes executors."
    ) in problems_of(Named)


def test_nothing_that_could_answer():
    class Mute(DRPCTopology):
        function = "mute"
        tweeters = Tweeters(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])

    [problem] = [one for one in problems_of(Mute) if one.startswith("Mute:")]
    assert problem == (
        "Mute: no bolt that a call comes to can return a result; given: requests, answers, tweeters. "
        "DRPCBolt and DRPCAggregator have return_result; read calls from DRPCTopology.requests."
    )


def test_an_aggregator_that_waits_for_itself():
    class Again(DRPCAggregator):
        class Default(Stream):
            fields = "request", "tweeter"

        def finish(self, request, gathered):
            self.emit(request, "x")

    class Waiting(DRPCTopology):
        function = "wait"
        tweeters = Tweeters(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])
        again = Again(1, inputs=[FieldsGrouping(tweeters, "request")])

    class Circular(Waiting):
        tweeters = Waiting.tweeters.replace(add_inputs=[ShuffleGrouping(Waiting.again)])

    assert any(
        one.startswith("Circular.") and "an aggregator waits for itself; given: " in one
        for one in problems_of(Circular)
    )


def test_an_aggregator_that_reads_a_stream_without_request():
    class Lengths(AutoAckBolt):
        class Default(Stream):
            fields = ("length",)

        def execute(self, tup):
            self.emit(len(tup.args))

    class Mixed(DRPCTopology):
        function = "mixed"
        tweeters = Tweeters(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])
        lengths = Lengths(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])
        count = Count(1, inputs=[FieldsGrouping(tweeters, "request"), ShuffleGrouping(lengths)])

    assert (
        "Mixed.count: an aggregator reads streams with the field 'request'; given: stream 'default' of 'lengths'"
    ) in problems_of(Mixed)


def test_request_in_another_place():
    class Swapped(AutoAckBolt):
        class Default(Stream):
            fields = "tweeter", "request"

        def execute(self, tup):
            self.emit(tup.args, tup.request)

    class Turned(DRPCTopology):
        function = "turned"
        swapped = Swapped(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])
        followers = Followers(1, inputs=[ShuffleGrouping(swapped)])
        count = Count(1, inputs=[FieldsGrouping(followers, "request")])

    assert ("Turned.swapped: 'request' is the first field of stream 'default'; given: tweeter, request") in problems_of(
        Turned
    )


def test_an_aggregator_without_finish():
    class Endless(DRPCAggregator):
        def finnish(self, request, gathered):
            pass

    class Unfinished(DRPCTopology):
        function = "unfinished"
        endless = Endless(1, inputs=[FieldsGrouping(DRPCTopology.requests, "request")])

    assert (
        "Unfinished.endless: Endless has no finish(self, request, gathered); given: finnish. "
        "Did you mean 'finnish' to be it?"
    ) in problems_of(Unfinished)


def test_calls_are_read_in_a_drpc_topology_alone():
    class Plain(Topology):
        answer = Answer(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])

    assert (
        "Plain.answer: the input ShuffleGrouping(DRPCTopology.requests, stream='default') is from a component that is "
        "not of this topology; valid: answer. Derive Plain from DRPCTopology to have it."
    ) in problems_of(Plain)
