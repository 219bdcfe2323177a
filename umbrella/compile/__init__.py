"""Pure functions from a TopologySpec to what Storm and people read: Thrift, Flux YAML, a jar, pictures."""
