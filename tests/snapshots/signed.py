"""Whether S3 would let a signed address through: AWS Signature Version 4, as AWS documents it. moto does not look.

signed.py ADDRESS SECRET SECONDS prints what it is worth so many seconds from now: good, over or forged.
"""

import datetime
import hashlib
import hmac
import sys
from urllib.parse import parse_qsl, quote, urlsplit


def signature(url, query, secret):
    day, region, service, end = query["X-Amz-Credential"].split("/")[1:]
    canonical = "&".join(f"{quote(k, '-_.~')}={quote(v, '-_.~')}" for k, v in sorted(query.items()))
    request = "\n".join(["GET", url.path, canonical, f"host:{url.netloc}\n", "host", "UNSIGNED-PAYLOAD"])
    scope = f"{day}/{region}/{service}/{end}"
    text = "\n".join(["AWS4-HMAC-SHA256", query["X-Amz-Date"], scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in (day, region, service, end):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def main():
    url, secret, seconds = urlsplit(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    given = query.pop("X-Amz-Signature")
    at = datetime.datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    if not hmac.compare_digest(given, signature(url, query, secret)):
        print("forged")
    else:
        print("over" if then > at + datetime.timedelta(seconds=int(query["X-Amz-Expires"])) else "good")


main()
