"""Things that draw: each module here fulfils `core.ports.ImageProvider`."""
