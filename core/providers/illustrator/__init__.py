"""The embedded provider: a vector compositor that draws from a vocabulary of illustrations and sets text exactly.

It is not an AI model and never says that it is one. It needs no key, no network and no GPU.
"""
