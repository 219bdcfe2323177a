"""What is asked of and done to running topologies: Nimbus's structs in, plain dataclasses out."""
