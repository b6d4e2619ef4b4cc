"""What Easel remembers: jobs, what they cost, which picture came from which, and whose turn it is."""
