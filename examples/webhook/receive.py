"""Takes one message from Mainstay, and prints it if it is signed: receive.py KEY-FILE"""

import hashlib
import hmac
import http.server
import json
import pathlib
import sys
import time

KEY = pathlib.Path(sys.argv[1]).read_text().splitlines()[0].encode()
OLDEST = 300


def is_signed(headers, body):
    at = headers.get("Mainstay-Timestamp", "")
    stated = headers.get("Mainstay-Signature", "")
    signature = hmac.new(KEY, at.encode() + b"." + body, hashlib.sha256).hexdigest()
    is_now = at.isdigit() and abs(time.time() - int(at)) <= OLDEST
    return is_now and hmac.compare_digest("v1=" + signature, stated)


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = is_signed(self.headers, body)
        if signed:
            print("signed:", json.loads(body)["title"], flush=True)
        self.send_response(204 if signed else 401)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
pathlib.Path("port").write_text(str(server.server_port))
server.handle_request()
