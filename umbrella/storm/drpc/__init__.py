"""DRPC client: calls functions that topologies serve."""
