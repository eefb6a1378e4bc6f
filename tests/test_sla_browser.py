"""The report in a real browser: it says the verdict, complains of nothing, fits any screen."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

import erlangplan as ep
import sample_scores as made
from page_reader import Reader

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="no chromium or Chrome on the PATH: pages are not looked at"
)
EVIL = '<script>document.title="broken into"</script><img src=x onerror=alert(1)>'
# Says how wide the page is, and which texts are hard to read against what is behind them.
PROBE = """
<script>
const wide = document.documentElement.scrollWidth, view = window.innerWidth;
const rgb = text => text.match(/[\\d.]+/g).map(Number);
const light = c => c.slice(0, 3).map(v => v / 255).map(v =>
  v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
const behind = node => { for (; node; node = node.parentElement) {
  const c = rgb(getComputedStyle(node).backgroundColor); if (c.length < 4 || c[3]) return c; }
  return [255, 255, 255]; };
const faint = [...document.querySelectorAll('p,td,th,dt,dd,li,b,h1,h2,h3,figcaption,pre,a,caption')]
  .filter(node => node.textContent.trim() && node.className != 'unseen').filter(node => {
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(behind(node))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5; })
  .map(node => node.tagName + '.' + node.className + ' ' + node.textContent.slice(0, 30));
const fetched = performance.getEntriesByType('resource').map(entry => entry.name);
document.body.append(Object.assign(document.createElement('output'), {id: 'probe',
  textContent: JSON.stringify({wide, view, faint: faint.slice(0, 5), fetched})}));
</script>
"""


def look(page: Path, *flags: str, width: int = 1200, height: int = 1600) -> tuple[str, str]:
    """Return what the browser printed about a page, and what it complained of."""
    assert BROWSER is not None
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
               f"--user-data-dir={page.parent / 'profile'}", f"--window-size={width},{height}",
               "--enable-logging=stderr", *flags, page.as_uri()]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, "\n".join(complaints)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    files = made.write_all(folder)
    contract = made.CONTRACT.replace('"Acme"', json.dumps(EVIL))
    files["contract"].write_text(contract, encoding="utf-8")
    card = ep.score(
        ep.read_contract(files["contract"]), files["actuals"], forecast=files["forecast"],
        events=files["events"], manual=files["samples"],
    )  # fmt: skip
    ep.save(card, folder / "report.html")
    text = (folder / "report.html").read_text(encoding="utf-8")
    (folder / "probed.html").write_text(text.replace("</body>", f"{PROBE}</body>"), "utf-8")
    return folder / "report.html"


def probe(page: Path, *flags: str, width: int = 1200) -> dict[str, object]:
    dom, _ = look(page.with_name("probed.html"), "--dump-dom", *flags, width=width)
    found = re.search(r'<output id="probe">(.*?)</output>', dom)
    assert found is not None
    answer: dict[str, object] = json.loads(found[1].replace("&gt;", ">").replace("&amp;", "&"))
    return answer


def test_the_verdict_is_there_and_nothing_is_complained_of(page: Path) -> None:
    dom, complaints = look(page, "--dump-dom")
    read = Reader(dom)
    assert "✗ Missed: 3 of 5 objectives" in read.texts
    assert complaints == ""
    assert "script" not in read.tags and "img" not in read.tags
    assert "<title>Scorecard: &lt;script&gt;" in dom


@pytest.mark.parametrize("scheme", [0, 1])
def test_every_text_can_be_read_and_nothing_is_fetched(page: Path, scheme: int) -> None:
    found = probe(page, f"--blink-settings=preferredColorScheme={scheme}")
    assert found["faint"] == []
    assert found["fetched"] == []


@pytest.mark.parametrize("width", [1200, 520])
def test_the_page_is_no_wider_than_the_screen(page: Path, width: int) -> None:
    found = probe(page, width=width)
    assert found["wide"] == found["view"]


HEIGHTS = """
<script>
const over = [...document.querySelectorAll('CELLS')].filter(node =>
  node.offsetHeight > 1.9 * parseFloat(getComputedStyle(node).lineHeight)).map(n => n.textContent);
const places = [...document.querySelectorAll('.wide')];
document.body.append(Object.assign(document.createElement('output'), {id: 'probe', textContent:
  JSON.stringify({over, wide: document.documentElement.scrollWidth, view: window.innerWidth,
                  stuck: places.filter(box => box.tabIndex !== 0).length})}));
</script>
"""


def heights(page: Path, cells: str, *, printed: bool = False) -> dict[str, object]:
    text = page.read_text(encoding="utf-8")
    text = text.replace("@media print", "@media all") if printed else text
    probing = HEIGHTS.replace("CELLS", cells)
    page.with_name("probed.html").write_text(text.replace("</body>", f"{probing}</body>"), "utf-8")
    return probe(page, width=500)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write a portfolio and a comparison."""
    folder = tmp_path_factory.mktemp("pages")
    files = made.write_all(folder)
    ep.save(ep.score_folder(folder, files["actuals"]), folder / "all.html")
    vendors = {"Nordic": files["actuals"], "Baltic": files["actuals"]}
    found = ep.compare_vendors(ep.read_contract(files["contract"]), vendors)
    ep.save(found, folder / "vendors.html")
    return [folder / "all.html", folder / "vendors.html"]


def test_tables_of_all_pages_scroll_and_their_rows_are_one_line_high(pages: list[Path]) -> None:
    for page in pages:
        found = heights(page, "tbody td, tbody th")
        assert found["over"] == [] and found["stuck"] == 0 and found["wide"] == found["view"]


def test_a_verdict_is_not_broken_in_print(pages: list[Path]) -> None:
    assert heights(pages[0], "td.missed", printed=True)["over"] == []


def shot(page: Path, name: str, *flags: str, width: int = 1200) -> np.ndarray:
    target = page.with_name(f"{name}.png")
    look(page, f"--screenshot={target}", *flags, width=width)
    return imread(target)[..., :3]


def test_pictures_of_the_page_are_light_and_dark(page: Path) -> None:
    light = shot(page, "light", "--blink-settings=preferredColorScheme=1")
    dark = shot(page, "dark", "--blink-settings=preferredColorScheme=0")
    assert light.shape == dark.shape == (1600, 1200, 3)
    assert np.median(light) > 0.95 and np.median(dark) < 0.15
    # Bars of missed days are red, others blue, in both.
    for picture in (light, dark):
        red, green, blue = (picture[..., n] for n in range(3))
        assert ((red > green + 0.35) & (red > blue + 0.3)).sum() > 2000
        assert ((blue > red + 0.2) & (blue > green + 0.1)).sum() > 5000


def test_it_prints_on_a_few_sheets(page: Path) -> None:
    target = page.with_name("report.pdf")
    look(page, f"--print-to-pdf={target}", "--no-pdf-header-footer")
    sheets = len(re.findall(rb"/Type\s*/Page\b", target.read_bytes()))
    assert 3 <= sheets <= 14
