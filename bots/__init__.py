"""Easel's platform adapters, its command line and its composition root. Each adapter imports the core, never another."""
