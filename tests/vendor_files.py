"""The invented forecast of tests/data/vendor_formats and what it says in truth."""

import io
from pathlib import Path

import pandas as pd

import erlangplan as ep

FOLDER = Path(__file__).parent / "data" / "vendor_formats"
ZONE = "Europe/Berlin"


def truth():
    table = pd.read_csv(FOLDER / "truth_long.csv")
    table["start"] = pd.to_datetime(table["start_utc"], utc=True).dt.tz_convert(ZONE)
    return table


def read(text, **options):
    data = text.encode() if isinstance(text, str) else text
    return ep.read_forecast(io.BytesIO(data), **options)
