"""A DRPC function: Storm's spout and its last bolt, with a Python bolt between."""

from __future__ import annotations

from umbrella import AutoAckBolt, JVMBolt, JVMSpout, ShuffleGrouping, Stream, Topology


class Requests(JVMSpout):
    class Default(Stream):
        fields = "args", "return-info"

    jvm_class = "org.apache.storm.drpc.DRPCSpout"


class Shout(AutoAckBolt):
    class Default(Stream):
        fields = "result", "return-info"

    def execute(self, tup):
        self.emit(tup[0].upper() + "!", tup[1])


class Results(JVMBolt):
    jvm_class = "org.apache.storm.drpc.ReturnResults"


class Shouting(Topology):
    requests = Requests(1, jvm_args=("shout",))
    shout = Shout(1, inputs=[ShuffleGrouping(requests)])
    results = Results(1, inputs=[ShuffleGrouping(shout)])
