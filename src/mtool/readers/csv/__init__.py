"""CSV, TSV and kin without a hint → the tables of the file, and all that had to be assumed.

Delimiter, quote, escape, record end, preamble, header and notes are decided by consistency over
the whole file. Tables stream: a file larger than memory is read twice, never held.
"""

from __future__ import annotations

from mtool.readers.csv.reading import read, read_text_table

__all__ = ["read", "read_text_table"]
