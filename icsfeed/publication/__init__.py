"""The journal, out to the world: documents that know their address, and until when they hold."""
