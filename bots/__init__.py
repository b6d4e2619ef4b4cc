"""Easel's platform adapters, command line and composition root. Each adapter imports the core, never another."""
