"""A contract and its files of the starter's month."""

from __future__ import annotations

from pathlib import Path

from erlangplan.sla.starter_month import (
    starter_actuals,
    starter_events,
    starter_locked,
    starter_samples,
)

CONTRACT = """\
schema = 1
client = "Acme"
vendor = "Nordic BPO"
currency = "EUR"
time_zone = "Europe/Helsinki"
effective = 2026-01-01

[hours.phone]
mon-fri = "08:00-20:00"
sat = "09:00-15:00"

[[queue]]
name = "acme-phone"
channel = "phone"
hours = "phone"

[[objective]]
id = "phone-sl"
queue = "acme-phone"
target = "80/20"
abandons = "exclude-within-threshold"
critical = true

[[objective]]
id = "phone-floor"
queue = "acme-phone"
target = "80/20"
aggregate = "share-of-intervals"
share = 0.75
min_contacts = 10

[[objective]]
id = "phone-abandon"
queue = "acme-phone"
metric = "abandon_rate"
at_most = 0.05
short_abandon = "5s"

[[objective]]
id = "phone-asa"
queue = "acme-phone"
metric = "asa"
at_most = "25s"

[[objective]]
id = "quality"
queue = "acme-phone"
metric = "manual"
at_least = 0.90
min_sample = 200

[forecast]
lock = "45d"

[[relief]]
id = "volume-over-forecast"
when = "offered > 110% of locked forecast"
per = "day"
remedy = "exclude-surplus"

[[relief]]
id = "client-outage"
when = "event"
remedy = "exclude-period"

[money]
monthly_fee = 100000
at_risk = "10%"

[[credit]]
objective = "phone-sl"
share = "20%"
earn_back = { months = 6, share = "50%" }

[[credit]]
objective = "phone-abandon"
per_point = 2000
cap = 6000

[chronic]
consecutive = 3
any = [5, 12]
means = "client may end the contract"
"""


def write_all(folder: Path) -> dict[str, Path]:
    """Write the contract and its files, and return their paths."""
    paths = {
        name: folder / f"{name}.csv" for name in ("actuals", "forecast", "events", "samples")
    } | {"contract": folder / "acme.toml"}
    paths["contract"].write_text(CONTRACT, encoding="utf-8")
    for name, table in (("actuals", starter_actuals()), ("forecast", starter_locked()),
                        ("events", starter_events()), ("samples", starter_samples())):  # fmt: skip
        table.to_csv(paths[name], index=False)
    return paths
