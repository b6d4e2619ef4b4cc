"""The playground's tables, as numbered SQL files in their own namespace, `web`."""
