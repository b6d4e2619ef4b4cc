"""Where pictures are kept, by the hash of their content."""
