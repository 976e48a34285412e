"""Reads and writes without a pause until it is told to stop by SIGTERM, and says what became of each request.

    load.py BASE COOKIE      prints “N reads, M writes, L lost”; fails where one was lost

A request is lost when it has no answer, or another one than the book gives when all is well. Nothing is tried again:
that is for the proxy to do. Each written title begins with “Load ”, so that they can be counted.
"""
import http.client
import os
import signal
import sys
import threading
import time
import urllib.parse

READERS, WRITERS = 4, 2

stop = threading.Event()
lock = threading.Lock()
counts = {"reads": 0, "writes": 0}
lost = []


def new_uid():
    """A UUID of version 7: RFC 9562, 5.7."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(3 << 62) | 2 << 62
    text = f"{value:032x}"
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


def ask(connection, base, cookie, write):
    headers = {"Cookie": cookie}
    if not write:
        connection.request("GET", "/entries", headers=headers)
        return connection.getresponse()
    headers |= {"Origin": base, "Content-Type": "application/x-www-form-urlencoded"}
    body = urllib.parse.urlencode({"uid": new_uid(), "title": f"Load {time.monotonic_ns()}"})
    connection.request("POST", "/entries", body, headers)
    return connection.getresponse()


def run(base, cookie, write):
    kind, wanted = ("writes", 303) if write else ("reads", 200)
    address = base.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=30)
    while not stop.is_set():
        try:
            answer = ask(connection, base, cookie, write)
            answer.read()
            problem = None if answer.status == wanted else f"{answer.status} {answer.reason}"
        except (OSError, http.client.HTTPException) as error:
            problem = repr(error)
            connection.close()
        with lock:
            counts[kind] += 1
            if problem:
                lost.append(f"{time.strftime('%T')} {kind}: {problem}")
        time.sleep(0.01)


def main(base, cookie):
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    threads = [threading.Thread(target=run, args=(base, cookie, i < WRITERS)) for i in range(READERS + WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for line in lost[:20]:
        print(line)
    print(f"{counts['reads']} reads, {counts['writes']} writes, {len(lost)} lost")
    sys.exit(1 if lost or not counts["writes"] else 0)


main(*sys.argv[1:])
