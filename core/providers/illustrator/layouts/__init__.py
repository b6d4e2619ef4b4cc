"""The layouts: how picture and text share the sheet, one module for each use that the product names.

`table.py` says which module divides the sheet for which layout, `words.toml` which words of a prompt ask for which.
A new layout is one module, one row and its words.
"""
