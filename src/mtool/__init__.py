"""mtool: a dataset toolkit for mine-action data."""

__version__ = "0.1.0"
