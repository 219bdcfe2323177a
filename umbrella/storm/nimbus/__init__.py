"""Nimbus, Storm's master, spoken to in pure Python over Thrift."""
