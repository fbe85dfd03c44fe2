"""Engines: the same checks on text of any size, with the same findings."""
