"""Contracts from TOML files: every fault is collected with its table, key and value."""

from erlangplan.sla.reading.contract import read_contract

__all__ = ["read_contract"]
