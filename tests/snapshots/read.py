"""Reads the files of a snapshot, as docs/snapshot-format.md describes them.

read.py FOLDER CONTENT READER checks FOLDER against its manifest.json and prints the rows of the file of that content
(entries, history) as JSON: a list of objects of strings, numbers, true, false and null. READER: csv, json or pandas.
"""

import csv
import gzip
import hashlib
import io
import json
import sys
from pathlib import Path


def text_of(folder, file):
    raw = (folder / file["name"]).read_bytes()
    assert len(raw) == file["bytes"], "bytes"
    assert hashlib.sha256(raw).hexdigest() == file["sha256"], "sha256"
    return (gzip.decompress(raw) if file["name"].endswith(".gz") else raw).decode("utf-8")


def value(kind, text):
    if kind == "integer":
        return int(text)
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    return text


def by_csv(text, fields):
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert next(lines) == [field["name"] for field in fields], "the first line"
    for line in lines:
        assert len(line) == len(fields)
        # csv does not tell what stood between quotation marks; an empty text and an absent one come out alike.
        yield {f["name"]: None if not cell and f["type"] != "text" else value(f["type"], cell) for f, cell in zip(fields, line)}


def by_json(text, fields):
    *lines, end = text.split("\n")
    assert end == ""
    for line in lines:
        row = json.loads(line)
        assert list(row) == [field["name"] for field in fields], "the order of members"
        yield row


def by_pandas(text, fields, ending):
    import pandas

    if ending == "csv":
        # Line breaks in texts are left as they are only when it gets bytes.
        frame = pandas.read_csv(io.BytesIO(text.encode()), dtype=str, keep_default_na=False)
        assert list(frame) == [field["name"] for field in fields]
        for row in frame.to_dict("records"):
            yield {f["name"]: None if not row[f["name"]] and f["type"] != "text" else value(f["type"], row[f["name"]]) for f in fields}
    else:
        frame = pandas.read_json(io.StringIO(text), lines=True, dtype=False, convert_dates=False)
        yield from json.loads(frame.to_json(orient="records", double_precision=0))


def main():
    folder, content, reader = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["format"] == 1
    (file,) = [file for file in manifest["files"] if file["content"] == content]
    text, fields = text_of(folder, file), file["fields"]
    ending = file["name"].removesuffix(".gz").rsplit(".", 1)[1]
    if manifest["what"]["format"] == "spreadsheet":
        assert text.startswith("\ufeff"), "a byte order mark"
        text = text[1:]
    rows = list({"csv": by_csv, "json": by_json}[reader](text, fields) if reader != "pandas" else by_pandas(text, fields, ending))
    assert len(rows) == file["rows"], "rows"
    json.dump(rows, sys.stdout)


main()
