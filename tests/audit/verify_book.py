#!/usr/bin/env python3
"""Verifies the audit log of a SQLite book, by docs/audit-format.md alone: `verify_book.py BOOK.sqlite`.

Needs nothing but Python's standard library. Prints what is wrong, one line for each fault; ends with 0 if nothing is,
with 1 if something is, with 2 if the file is no book.
"""

import hashlib
import sqlite3
import struct
import sys

EVENT = "id subject_kind subject_uid version kind actor_uid channel request_id at commitment".split()
IMAGE = "before after actor_name client_address".split()


def number(value):
    return struct.pack(">q", value)


def sized(value):
    value = value.encode() if isinstance(value, str) else value
    return number(len(value)) + value


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def genesis_link(book_uid):
    return sha256(b"daybook genesis 1", sized(book_uid))


def event_link(before, event):
    fields = [number(event[name]) if isinstance(event[name], int) else sized(event[name]) for name in EVENT]
    return sha256(b"daybook link 1", before, number(event["seq"]), *fields, number(event["sealed_at"]))


def commitment(image):
    fields = [b"\0" if image[name] is None else b"\1" + sized(image[name]) for name in IMAGE]
    return sha256(b"daybook image 1", image["salt"], *fields)


def walk(book, head, wrong):
    """Yields the place and the link of each event, after saying what is wrong with it."""
    expected, link = 1, genesis_link(head["book_uid"])
    events = book.execute(
        "SELECT e.*, i.event_id, salt, before, after, actor_name, client_address FROM audit_events e"
        " LEFT JOIN audit_images i ON i.event_id = e.id WHERE seq IS NOT NULL ORDER BY seq"
    )
    for event in events:
        seq = event["seq"]
        if not 1 <= seq <= head["seq"]:
            wrong(seq, "the chain does not reach this place")
            continue
        gap = seq != expected
        if gap:
            wrong(expected, f"missing, up to {seq - 1}")
        try:
            fits = event["link"] == event_link(link, event)
        except (TypeError, struct.error):
            fits = False  # a value of another type than the column's
        if not fits and not gap:
            wrong(seq, "the link does not fit")
        if event["event_id"] is not None and commitment(event) != event["commitment"]:
            wrong(seq, "the image does not fit")
        expected, link = seq + 1, event["link"] or bytes(32)
    if expected <= head["seq"]:
        wrong(expected, f"missing, up to {head['seq']}")
    elif link != head["link"]:
        wrong(head["seq"], "the head has another link")


def main(path):
    book = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    book.row_factory = sqlite3.Row
    faults = []

    def wrong(seq, what):
        faults.append(seq)
        print(f"{seq}: {what}")

    try:
        head = book.execute("SELECT * FROM chain_head").fetchone()
        if head is None:
            wrong(0, "there is no head")
        else:
            if head["genesis"] != genesis_link(head["book_uid"]):
                wrong(0, "the genesis link is not the one of the book's uid")
            walk(book, head, wrong)
    except sqlite3.Error as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    print(f"{len(faults)} faults" if faults else f"whole, up to {head['seq']}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
