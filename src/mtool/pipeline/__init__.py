"""What `mtool run` and `mtool ingest` do: fetch, derive, assemble, publish, remember, tell."""
