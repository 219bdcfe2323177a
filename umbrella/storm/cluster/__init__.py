"""A development cluster: ZooKeeper, Nimbus, supervisors and a DRPC server as real processes on this machine."""

from umbrella.storm.cluster.dev_cluster import DaemonStatus, DevCluster

__all__ = ["DaemonStatus", "DevCluster"]
