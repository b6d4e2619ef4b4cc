"""Ways to say that a job waits: in this process, or through an engine that many processes share."""
