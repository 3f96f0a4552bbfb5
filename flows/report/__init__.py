"""The review pages of a release: a static site that opens from disk, without a network.

`gather` reads what landed of an edition, `source` the lines it was printed in, `sheets` cuts a
table into pages of a bounded size, `plots` draws its ranking, `site` writes the files. Nothing
here knows Prefect.
"""
