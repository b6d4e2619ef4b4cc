"""Numbered steps of the schema of `core.administration`."""
