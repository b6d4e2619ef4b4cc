"""The playground: a chat in the browser, and a platform adapter like any other.

It is the platform, too: it keeps its own messages (`channel`), tells the pages that are open (`events`), and serves
them (`app`). What a person says becomes an `ImageRequest` in `inbound`; what the core answers comes back through
`adapter`.
"""
