"""Does the report agree with itself? Control totals, parts, claims in prose, deadlines."""
