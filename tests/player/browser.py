"""Opens pages in a headless Chromium, if there is one; asserts nothing itself.

Where the browser or its driver is missing, every test that asks for it is skipped, and says what is missing.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,900",
)


def chromium(profile: Path, *flags: str) -> Iterator[Any]:
    """Yield a driver for a browser with a profile of its own; skip the test where there is none."""
    selenium = pytest.importorskip("selenium.webdriver", reason="browser tests need selenium")
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        missing = " and ".join(
            name for name, at in (("chromium", browser), ("chromedriver", driver)) if at is None
        )
        pytest.skip(f"browser tests need {missing} on PATH (Debian: chromium, chromium-driver)")
    options = selenium.ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS, *flags, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = selenium.Chrome(options=options, service=selenium.ChromeService(driver))
    try:
        yield chrome
    finally:
        chrome.quit()


def complaints(driver: Any) -> list[str]:
    """Return what the console says, errors and warnings."""
    return [entry["message"] for entry in driver.get_log("browser")]


def requests(driver: Any) -> list[str]:
    """Return the addresses that were asked for since the last call, pages and the browser's own aside."""
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    sent = [m["params"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    asked = [p["request"]["url"] for p in sent if p.get("type") != "Document"]
    return [address for address in asked if not address.startswith(("chrome://", "data:"))]


def prefer(driver: Any, **features: str) -> None:
    """Set media features, such as `prefers_color_scheme="dark"`."""
    listed = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": listed})


@contextmanager
def unplugged(driver: Any) -> Iterator[None]:
    """Take the network away for a while; the browser is everybody's, so it comes back whatever happens."""
    rates = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": True, **rates})
    try:
        yield
    finally:
        driver.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": False, **rates})


def on_paper(driver: Any, media: str) -> None:
    """Show the page as it is printed (`"print"`) or as it is (`""`), and let it notice."""
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media})
    driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")


def width(driver: Any, pixels: int, height: int = 844) -> None:
    """Make the window as wide as a phone or a screen; 0 undoes it."""
    size = {"width": pixels, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def opened(driver: Any, figure: Any, folder: Path) -> Any:
    """Open a saved walkthrough; return its root element."""
    driver.get_log("browser"), driver.get_log("performance")
    driver.get(figure.save(folder / "player.html").as_uri())
    return player(driver)


def player(driver: Any, which: int = 0) -> Any:
    return driver.find_elements("css selector", ".cr-player")[which]


def press(driver: Any, *keys: str) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    chain = ActionChains(driver)
    for key in keys:
        chain.send_keys(getattr(Keys, key, key))
    chain.perform()


READ = """
const root = arguments[0], text = (name) => root.querySelector(".cr-" + name).textContent;
const lines = (kind) => Object.fromEntries([...root.querySelectorAll("[data-node]")].map((node) => {
  const line = node.querySelector(`[data-line=${kind}]`);
  const before = line && line.textContent.startsWith(line.dataset.before) ? line.dataset.before.length : 0;
  return [node.dataset.node, line && line.textContent.slice(before)];
}));
const marked = (selector, key) => [...root.querySelectorAll(selector)].map((g) => Number(g.dataset[key]));
const merges = !root.querySelector(".cr-ledger").hidden;
const entries = [...root.querySelectorAll(".cr-entries tr")].map((row) => [...row.cells].slice(0, 2));
return {
  count: text("count"), phase: text("phase"), words: text("words"),
  symbols: text("symbols"), numbers: text("numbers"), rule: text("rule"),
  memoized: text("memoized"), naive: text("naive"),
  values: lines("value"), gradients: lines("gradient"),
  now: marked(".node.now", "node"), edge: marked(".edge.now", "edge"),
  ledger: merges && entries.map((cells) => cells.map((cell) => cell.textContent).join(" ")),
  sum: merges && text("sum"), cancels: merges && text("cancels"),
};
"""


def shown(driver: Any, root: Any) -> dict[str, Any]:
    return driver.execute_script(READ, root)


def spoken(driver: Any) -> list[str]:
    """Return what a screen reader finds, in order: role and name of every node that it is told of."""
    nodes = {
        node["nodeId"]: node for node in driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    }
    found = []

    def walk(node: dict[str, Any]) -> None:
        name, role = (node.get(key, {}).get("value", "") for key in ("name", "role"))
        if not node["ignored"] and name and role != "InlineTextBox":
            found.append(f"{role} {name}")
        for child in node.get("childIds", ()):
            if child in nodes:
                walk(nodes[child])

    walk(next(node for node in nodes.values() if "parentId" not in node))
    return found


# Of every visible text in an element: what it says, how large it is, and its contrast with what is behind it.
TEXTS = """
const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
const context = canvas.getContext("2d", {willReadFrequently: true});
const rgb = (colour) => {
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data];
};
const light = (colour) => rgb(colour).slice(0, 3).map((c) => c / 255)
  .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const shape = at.matches(".node") && [...at.children].find((child) => child.matches("path, polygon"));
    const style = getComputedStyle(shape || at), colour = shape ? style.fill : style.backgroundColor;
    if (colour !== "none" && rgb(colour)[3] === 255) return colour;
  }
  return "white";
};
const found = [];
for (const element of arguments[0].querySelectorAll("*")) {
  const words = [...element.childNodes].filter((node) => node.nodeType === 3);
  const said = words.map((node) => node.data.trim()).join("");
  if (!said || element.matches("script, style, option, textarea")) continue;
  const svg = element.closest("svg"), style = getComputedStyle(element);
  if (!element.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})) continue;
  const both = [light(svg ? style.fill : style.color), light(behind(element))];
  const contrast = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
  found.push([said, parseFloat(style.fontSize) * scale, contrast, Number(style.opacity)]);
}
return found;
"""
