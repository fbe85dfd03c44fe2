"""Does the report agree with itself? Control totals, parts and wholes, claims in prose, deadlines."""
