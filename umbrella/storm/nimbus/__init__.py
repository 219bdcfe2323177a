"""Nimbus client: talks to Storm's master over Thrift in pure Python."""
