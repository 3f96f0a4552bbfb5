"""Exports: the datasets of a release in the forms that scorers and analysts already use.

It reads a store and writes files; it knows nothing of Prefect. `selection` says which rows a
caller may have, the other modules say how they are written.
"""
