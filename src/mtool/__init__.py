"""mtool: a dataset toolkit for mine-action data."""
