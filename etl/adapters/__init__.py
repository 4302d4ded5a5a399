"""Official layouts of several files that make one source together.

An adapter reads a folder of `data/raw/<source>/` as one drop. It fills the same tables `raw` and
`malformed` as a plain file does; its shipped sidecar says how these fill the contract, and from
there on the drop is like any other.
"""
