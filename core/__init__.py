"""Easel's core: what a picture request is, who may make it, what it costs, how it is drawn."""
