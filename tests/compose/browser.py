"""The first person's first minutes in a real browser: the setup link, an account, an entry, the log that gets sealed.

    browser.py LINK BASE TITLE      prints the session's cookie as NAME=VALUE

Speaks WebDriver itself, which is JSON over HTTP. It must not use anything of the program but its pages.
"""
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PASSWORD = "vier rote Regale im Flur"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1200,900"]


class Browser:
    """One window; looks for each thing again until it is there, for ten seconds."""

    def __init__(self, driver):
        self.url = driver
        capabilities = {"browserName": "chrome", "goog:chromeOptions": {"args": ARGUMENTS}}
        session = self.post("/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.url = f"{driver}/session/{session['sessionId']}"

    def post(self, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), method="POST")
        return self.answer(request)

    def get(self, path):
        return self.answer(urllib.request.Request(self.url + path))

    def answer(self, request):
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)["value"]

    def script(self, text):
        return self.post("/execute/sync", {"script": text, "args": []})

    def element(self, css):
        return "/element/" + self.post("/element", {"using": "css selector", "value": css})[ELEMENT]

    def wait(self, what, attempt, limit=10):
        end = time.monotonic() + limit
        while True:
            try:
                found = attempt()
                if found:
                    return found
            except urllib.error.HTTPError:
                pass
            if time.monotonic() > end:
                sys.exit(f"never: {what}\n" + self.script("return location.href + '\\n' + document.body.innerText"))
            time.sleep(0.05)

    def fill(self, css, text):
        self.wait(css, lambda: self.post(self.element(css) + "/value", {"text": text}) is None)

    def click(self, css):
        self.wait(css, lambda: self.post(self.element(css) + "/click", {}) is None)

    def goto(self, url):
        self.post("/url", {"url": url})

    def says(self, text, limit=10):
        self.wait(f"“{text}”", lambda: text in self.script("return document.body.innerText"), limit)


def first_minutes(browser, link, base, title):
    browser.goto(link)
    for name, text in [("email", "anna@example.org"), ("name", "Anna"), ("password", PASSWORD), ("again", PASSWORD)]:
        browser.fill(f"[name={name}]", text)
    browser.click("main form button[type=submit]")
    browser.fill("#new-entry [name=title]", title)
    # In place: htmx and the scripts of the page have arrived and run.
    browser.script("window.untouched = true")
    browser.click("#new-entry button[type=submit]")
    browser.wait("the row", lambda: title in browser.script("return document.querySelector('#rows').innerText"))
    assert browser.script("return window.untouched === true"), "the page was loaded whole"
    browser.goto(f"{base}/audit")
    browser.wait("the log is sealed", lambda: sealed(browser), limit=15)
    # Signed out and in again, by the password.
    browser.click("form[action='/sign-out'] button")
    browser.fill("form[action='/sign-in'] [name=email]", "anna@example.org")
    browser.fill("form[action='/sign-in'] [name=password]", PASSWORD)
    browser.click("form[action='/sign-in'] button[type=submit]")
    browser.says(title)
    cookie = browser.get("/cookie")[0]
    return f"{cookie['name']}={cookie['value']}"


def sealed(browser):
    browser.post("/refresh", {})
    return "Every event is sealed" in browser.script("return document.querySelector('#chain').innerText")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def main(link, base, title):
    port = free_port()
    driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL)
    try:
        browser = None
        for _ in range(100):
            try:
                browser = Browser(f"http://127.0.0.1:{port}")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        if browser is None:
            sys.exit("chromedriver does not answer")
        try:
            print(first_minutes(browser, link, base, title))
        finally:
            urllib.request.urlopen(urllib.request.Request(browser.url, method="DELETE"), timeout=60)
    finally:
        driver.terminate()
        driver.wait()


main(*sys.argv[1:])
