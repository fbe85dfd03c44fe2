"""A Parquet file of events as a workbook by xlsxwriter in constant memory."""

import sys

import pyarrow.parquet as pq
import xlsxwriter

events = pq.ParquetFile(sys.argv[1])
with xlsxwriter.Workbook(sys.argv[2], {"constant_memory": True}) as workbook:
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet = workbook.add_worksheet("events")
    sheet.write_row(0, 0, events.schema_arrow.names)
    sheet.set_column(1, 1, 11, day)
    at = 1
    for batch in events.iter_batches():
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            for place, value in enumerate(row):
                if place == 1:
                    sheet.write_datetime(at, place, value)
                elif value is not None:
                    sheet.write(at, place, value)
            at += 1
