"""The administrators' page: a page of its own beside the playground, behind a token of its own."""
