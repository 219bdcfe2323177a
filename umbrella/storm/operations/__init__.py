"""Operations on running topologies: Nimbus's structs in, plain dataclasses out."""
