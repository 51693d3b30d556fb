"""Opens pages in a headless Firefox, if there is one, and without a driver; asserts nothing itself.

Firefox is spoken to over Marionette, the protocol behind geckodriver. What Chromium's driver offers beyond
the standard, `get_log` and the DevTools commands of `tests.player.browser`, it answers in Chromium's words.
"""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# What selenium calls a command, what Marionette calls it, and how its parameters are given on.
COMMANDS = {
    "newSession": "WebDriver:NewSession",
    "get": "WebDriver:Navigate",
    "getCurrentUrl": "WebDriver:GetCurrentURL",
    "refresh": "WebDriver:Refresh",
    "w3cExecuteScript": "WebDriver:ExecuteScript",
    "w3cExecuteScriptAsync": "WebDriver:ExecuteAsyncScript",
    "findElement": "WebDriver:FindElement",
    "findElements": "WebDriver:FindElements",
    "switchToFrame": "WebDriver:SwitchToFrame",
    "actions": "WebDriver:PerformActions",
    "screenshot": "WebDriver:TakeScreenshot",
    "setTimeouts": "WebDriver:SetTimeouts",
    "setContext": "Marionette:SetContext",
    "quit": "Marionette:Quit",
}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PREFERENCES = {
    "marionette.port": 0,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "browser.download.always_ask_before_handling_new_types": False,
}
# Runs in the browser itself: what pages ask for, and what of theirs fails.
LISTEN = """
const asked = [], said = [], { TYPE_DOCUMENT } = Ci.nsIContentPolicy;
window.heard = { performance: asked, browser: said };
Services.obs.addObserver((channel) => {
  const { loadInfo, URI } = channel.QueryInterface(Ci.nsIHttpChannel);
  if (loadInfo.triggeringPrincipal.isSystemPrincipal) return;
  const type = loadInfo.externalContentPolicyType === TYPE_DOCUMENT ? "Document" : "Other";
  const message = { method: "Network.requestWillBeSent", params: { type, request: { url: URI.spec } } };
  asked.push({ message: JSON.stringify({ message }) });
}, "http-on-modify-request");
Services.console.registerListener((one) => {
  if (!(one instanceof Ci.nsIScriptError) || /^(CSS|Layout)/.test(one.category)) return;
  if (!/^(file|https?|blob|about:srcdoc)/.test(one.sourceName)) return;
  said.push({ message: `${one.category}: ${one.errorMessage} (${one.sourceName}:${one.lineNumber})` });
});
"""
DEVTOOLS = {
    "Browser.setDownloadBehavior": """
Services.prefs.setIntPref("browser.download.folderList", 2);
Services.prefs.setStringPref("browser.download.dir", given.downloadPath);
""",
    "Emulation.setEmulatedMedia": """
const { features = [], media = "" } = given, scheme = features.find(({ name }) => /scheme/.test(name));
browser.browsingContext.mediumOverride = media;
browser.browsingContext.prefersColorSchemeOverride = scheme?.value ?? "none";
""",
    "Emulation.setDeviceMetricsOverride": """
const [width, height] = [given.width, given.height].map((pixels) => pixels ? `${pixels}px` : "");
Object.assign(browser.style, { width, height, flex: width && "none" });
""",
}


def firefox(profile: Path) -> Iterator[Any]:
    """Yield a driver for a browser with a profile of its own; skip the test where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="browser tests need selenium")
    browser = shutil.which("firefox-esr") or shutil.which("firefox")
    if browser is None:
        pytest.skip("tests in Firefox need firefox on PATH (Debian: firefox-esr)")

    class Firefox(webdriver.Remote):
        """Firefox, with the few commands that our tests have from Chromium."""

        def inside(self, script: str, *given: Any) -> Any:
            """Run a script in the browser itself."""
            self.execute("setContext", {"value": "chrome"})
            try:
                return self.execute_script(script, *given)
            finally:
                self.execute("setContext", {"value": "content"})

        def execute_cdp_cmd(self, name: str, given: dict[str, Any]) -> None:
            before = "const [given] = arguments, browser = gBrowser.selectedBrowser;"
            self.inside(before + DEVTOOLS[name], given)

        def get_log(self, kind: str) -> list[dict[str, str]]:
            heard: list[dict[str, str]] = self.inside("return heard[arguments[0]].splice(0)", kind)
            return heard

    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items())
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    process = subprocess.Popen(
        [browser, "--headless", "--marionette", "-remote-allow-system-access", "--no-remote",
         "--width=1280", "--height=900", "--profile", str(profile), "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wire = Wire()
    try:
        wire.connect(port(profile, process))
        driver = Firefox(wire, options=webdriver.FirefoxOptions())
        driver.inside(LISTEN)
        yield driver
    finally:
        wire.close()
        process.terminate()
        process.wait(30)


def port(profile: Path, process: subprocess.Popen[bytes]) -> int:
    """Wait until Firefox has said where it listens."""
    told, end = profile / "MarionetteActivePort", time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if told.exists() and told.read_text():
            return int(told.read_text())
        time.sleep(0.05)
    return pytest.fail("Firefox did not start")


class Wire:
    """A connection to Marionette, for selenium's use; messages are JSON after their length."""

    def __init__(self) -> None:
        self.socket = socket.socket()
        self.socket.settimeout(120)
        self.count = 0

    def connect(self, port: int) -> None:
        self.socket.connect(("127.0.0.1", port))
        self.receive()  # a greeting

    def receive(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self.socket.recv(1)
        content = b""
        while len(content) < int(length[:-1]):
            content += self.socket.recv(int(length[:-1]) - len(content))
        return json.loads(content)

    def execute(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        """Send a command and return its answer, in the form that selenium expects of a driver."""
        if name == "switchToFrame":
            given = {"element": given["id"][ELEMENT]} if given["id"] else {}
        self.count += 1
        sent = json.dumps([0, self.count, COMMANDS[name], given]).encode()
        self.socket.sendall(b"%d:%s" % (len(sent), sent))
        _, _, error, answer = self.receive()
        if error:
            return {"status": error["error"], "value": error}
        return {"value": answer["value"] if isinstance(answer, dict) and "value" in answer else answer}

    def close(self) -> None:
        self.socket.close()
