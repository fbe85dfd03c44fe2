"""Nine rows checked by pandera on pandas, as `mtool validate` checks them."""

import sys

import pandas as pd
import pandera.pandas as pa

columns = {
    "Region": pa.Column("str"),
    "Year": pa.Column("Int64", pa.Check.in_range(1990, 2100)),
    "Incidents": pa.Column("Int64", pa.Check.ge(0), nullable=True),
}
schema = pa.DataFrameSchema(columns, unique=["Region", "Year"], strict=True, coerce=True)
schema.validate(pd.read_csv(sys.argv[1]), lazy=True)
