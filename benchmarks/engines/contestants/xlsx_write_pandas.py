"""A Parquet file of events as a workbook by pandas with openpyxl: `to_excel`."""

import sys

import pandas as pd

pd.read_parquet(sys.argv[1]).to_excel(sys.argv[2], index=False, engine="openpyxl")
