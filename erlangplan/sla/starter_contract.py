"""A commented contract to start from; every key stands in it, what is optional behind a #."""

from __future__ import annotations

__all__ = ["STARTER_CONTRACT"]

STARTER_CONTRACT = """\
# A service level agreement that both parties can read, sign and run.
#   erlangplan sla check acme.toml      is it sound, do its own worked numbers come out?
#   erlangplan sla explain acme.toml    in plain English, every formula and default printed
# Durations are "20s", "5min", "4h", "45d"; shares 0.8 or "80%"; dates 2026-12-31, without quotes;
# times of day "08:00", in quotes. What stands behind # may be left out; its default is named.

schema = 1
client = "Acme"                      # one client; or service = "IT helpdesk" for all of them
vendor = "Nordic BPO"
# kind = "customer"                  # customer (default), service, or ola: several sites together
# clients = "clients.csv"            # of a service: columns client, tier [, contract]
# title = "Acme phone 2026"
currency = "EUR"                     # left out: amounts are plain numbers
time_zone = "Europe/Helsinki"        # left out: times are taken as they stand in the files
effective = 2026-01-01
expires = 2026-12-31
# month_starts_on = 22               # fiscal months, the 22nd to the 21st; left out: the 1st

[hours.phone]
mon-fri = "08:00-20:00"              # or ["08:00-12:00", "13:00-20:00"]; also every-day
sat = "09:00-15:00"
closed = [2026-01-01, 2026-12-25]
# special = { 2026-12-24 = "08:00-14:00" }

[[queue]]
name = "acme-phone"                  # as in the files
channel = "phone"
hours = "phone"                      # left out: always open
# priority = 1
# concurrency = 1                    # contacts at a time for one agent
# clock = "open-hours"               # response times: the clock stops while closed; default always
# at_most_offered = true             # refuse rows with answered + abandoned > offered

# Promises. metric: service_level (the default beside a target "80/20"), asa, abandon_rate,
# response_time ("95/4h"), accuracy, backlog, occupancy, manual.
[[objective]]
id = "phone-sl"                      # left out: queue-metric
queue = "acme-phone"                 # or several: ["acme-phone", "acme-chat"]
metric = "service_level"
target = "80/20"                     # at least 80 % within 20 s; exactly 20 s is in time
# How contacts that abandon count:
#   count (default)            not in time
#   ignore                     left out
#   credit-within-threshold    in time if they abandon within the 20 s
#   exclude-within-threshold   left out if they abandon within the 20 s ("refined")
#   exclude-short, credit-short   the same for a limit of their own: short_abandon = "5s"
abandons = "exclude-within-threshold"
window = "month"                     # interval, day, week, month (default) or quarter
aggregate = "contacts"               # or mean-of-intervals, share-of-intervals
critical = true                      # a miss of it makes `report --check` fail
# match = { priority = "urgent" }    # rows with this value; the first that fits takes a row

[[objective]]
id = "phone-tail"                    # a second point: late callers are not left waiting for ever
queue = "acme-phone"
target = "90/120"
window = "day"

[[objective]]
id = "phone-floor"
queue = "acme-phone"
target = "80/20"
aggregate = "share-of-intervals"
share = 0.75                         # 3 of 4 half-hours at or above 80/20
min_contacts = 10                    # thinner intervals are not judged

[[objective]]
id = "phone-abandon"
queue = "acme-phone"
metric = "abandon_rate"
at_most = 0.05
short_abandon = "5s"                 # shorter ones are not counted at all

[[objective]]
id = "quality"
queue = "acme-phone"
metric = "manual"                    # from a sheet with good and counted
at_least = 0.90
min_sample = 200                     # with fewer the verdict is undecided

[forecast]
lock = "45d"                         # the forecast is binding 45 days ahead

[[relief]]
id = "volume-over-forecast"
# queue = "acme-phone"               # left out: all
when = "offered > 110% of locked forecast"
# or "offered > 120% of the average of the last 20 business days",
#    "aht > 110% of locked forecast", "event"
per = "day"                          # interval, day (default), week or month
remedy = "exclude-surplus"           # or exclude-period (default), waive-window
attribute = "proportional"           # of the surplus; or late-first

[[relief]]
id = "client-outage"                 # rows of this kind in the events file
when = "event"
remedy = "exclude-period"
notice = "1h"

[money]
monthly_fee = 100000
at_risk = "10%"

[[credit]]
objective = "phone-sl"
share = "20%"                        # of the amount at risk; with pool and allocation if agreed
earn_back = { months = 6, share = "50%" }

[[credit]]
objective = "phone-abandon"
per_point = 2000                     # each percentage point, or part of one
# tiers = [[1, 2000], [3, 6000]]     # instead: from 1 point on 2,000, from 3 on 6,000
cap = 6000

[[bonus]]
objective = "phone-sl"
at_least = 0.88
share = "5%"                         # of the monthly fee; or amount = 5000

[chronic]
consecutive = 3                      # windows missed in a row
any = [5, 12]                        # or 5 of 12
means = "client may end the contract"

[[escalation]]
when = "contacts left < 10%"         # or "objective missed", "account at risk"
who = "account manager"
text = "Late calls of this month are nearly used up."
update_every = "1d"

# Worked numbers that both parties signed; `erlangplan sla check` runs them.
[[test]]
objective = "phone-sl"
given = { answered = 1000, answered_within = 860, abandoned = 60, abandoned_within = 20 }
expect = 0.8269
"""
