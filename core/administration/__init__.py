"""What the administrators of a workspace decide in chat: limits, who may draw where, and what is asked first."""
