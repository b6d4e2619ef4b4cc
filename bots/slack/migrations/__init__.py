"""What Slack's adapter remembers, as numbered SQL files in their own namespace, `slack`."""
