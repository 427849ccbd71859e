"""The feed's bytes against RFC 5545."""
