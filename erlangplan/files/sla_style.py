"""The look of a scorecard's page: on a wide screen, a phone, in the dark, and on paper."""

from __future__ import annotations

from erlangplan.plotting.late_map import LATE_STYLE

__all__ = ["STYLE"]

STYLE = (
    LATE_STYLE
    + """
:root{color-scheme:light dark;--ink:#1c1c1c;--quiet:#5c5c5c;--line:#dcdcdc;--tile:#f2f6fa;
--page:#fff;--good:#3b7cb8;--bad:#b3261e;--met:#1a6b34;--unsure:#7a5200;--focus:#0b57d0;
--off:#f1f1f1;--edge:#0004}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);
max-width:76rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.4rem 0 .6rem}h3{font-size:1rem;margin:1.6rem 0 .4rem}
p{margin:.2rem 0}.quiet,th,figcaption,caption{color:var(--quiet)}th{font-weight:600}
a{color:var(--focus)}li,dd,p,code{overflow-wrap:anywhere}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:0;margin:.8rem 0;
list-style:none}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--page);
padding:.3rem .6rem}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
white-space:nowrap}
.verdict{border-left:.4rem solid var(--quiet);background:var(--tile);border-radius:.3rem;
padding:.7rem 1rem;margin:1rem 0;font-size:1.1rem}
.verdict.met{border-color:var(--met)}.verdict.missed{border-color:var(--bad)}
.verdict b{font-size:1.25rem;display:block}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr));gap:.7rem;
padding:0;margin:1rem 0;list-style:none}
.cards li{background:var(--tile);border-radius:.4rem;border-top:.25rem solid var(--quiet);
padding:.6rem .8rem;overflow-wrap:anywhere}
.cards .met{border-color:var(--met)}.cards .missed{border-color:var(--bad)}
.cards .undecided{border-color:var(--unsure)}
.cards p{margin:0}.cards .big{font-size:1.5rem;font-weight:600}
b.met,td.met{color:var(--met)}b.missed,td.missed{color:var(--bad)}td.undecided{color:var(--unsure)}
td.met,td.missed,td.undecided{font-weight:600}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,30rem),1fr));
gap:1.4rem;align-items:start}
figure{margin:.6rem 0;min-width:0}figcaption{font-weight:600;margin-bottom:.3rem}
figure svg{min-width:22rem;display:block}
.wide{overflow-x:auto;max-width:100%;background:
linear-gradient(90deg,var(--page) 40%,transparent) 0 0/2.4rem 100% no-repeat local,
linear-gradient(270deg,var(--page) 40%,transparent) 100% 0/2.4rem 100% no-repeat local,
linear-gradient(90deg,var(--edge),transparent) 0 0/.9rem 100% no-repeat,
linear-gradient(270deg,var(--edge),transparent) 100% 0/.9rem 100% no-repeat}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;padding-bottom:.3rem}
td,th{padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);text-align:right;
vertical-align:top}
td{white-space:nowrap}td.text,th.text{text-align:left}td.long{white-space:normal;min-width:18rem}
td.brief{white-space:normal;min-width:11rem}
thead th{vertical-align:bottom}tbody th{color:var(--ink);font-weight:400;white-space:nowrap}
tbody th.long{white-space:normal;min-width:18rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:.82rem/1.45 ui-monospace,monospace;
background:var(--tile);border-radius:.4rem;padding:1rem;margin:.5rem 0}
details summary{cursor:pointer;font-weight:600}
@media(prefers-color-scheme:dark){:root{--ink:#ececec;--quiet:#a8a8a8;--line:#3a3a3a;
--tile:#20262d;--page:#141414;--good:#6aa9e0;--bad:#ff8a80;--met:#6fd08c;--unsure:#e0b050;
--focus:#8ab4f8;--off:#1c1c1c;--edge:#fff5;--l1:#33231f;--l2:#55302a;--l3:#86402f;--l4:#c2553f;
--l5:#ff9c82;--t1:#f0f0f0;--t2:#f0f0f0;--t3:#fff;--t4:#000;--t5:#000}}
@media screen and (max-width:60rem){table{width:max-content}
thead th{max-width:9rem}td.long,tbody th.long{max-width:60rem}}
@media(max-width:30rem){body{padding:1rem .7rem 2rem}h1{font-size:1.35rem}
td,th{padding-right:.55rem;font-size:.9rem}}
@media print{:root{color-scheme:light;--ink:#000;--quiet:#444;--line:#ccc;--tile:#f4f4f4;
--page:#fff;--good:#3b7cb8;--bad:#b3261e;--met:#1a6b34;--unsure:#7a5200;--off:#f1f1f1;--l1:#fdeee6;
--l2:#fbd0b9;--l3:#f29f7c;--l4:#dc5f4c;--l5:#a61c23;--t1:#222;--t2:#222;--t3:#111;--t4:#000;--t5:#fff}
@page{margin:14mm}body{font-size:11px;max-width:none;padding:0}nav,.skip{display:none}
.wide{overflow:visible;background:none}
figure svg{min-width:0}.pictures{grid-template-columns:1fr 1fr}
.pictures .broad{grid-column:1/-1}table.late{font-size:6.5px}
table.late td,table.late th{min-width:0;padding:0 .08rem}
figure,tr,.cards li,.verdict{break-inside:avoid}h2,h3,figcaption{break-after:avoid}
td,th{padding:.15rem .5rem .15rem 0}td.text{white-space:normal}
td.met,td.missed,td.undecided,td.no{white-space:nowrap}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}pre{font-size:8.5px}}
.broad{grid-column:1/-1}
"""
)
