"""A service in another language: subscribes to signals through its sidecar and serves what it received.

Standard library only. Dapr's HTTP contract is all it knows: GET /dapr/subscribe, GET /dapr/config, and one POST per event.
"""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

received = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/dapr/subscribe":
            self.answer([{"pubsubname": "pubsub", "topic": "signals", "route": "/signals"}])
        elif self.path == "/dapr/config":
            self.answer({"entities": []})
        elif self.path == "/healthz":
            self.answer({"status": "healthy"})
        elif self.path == "/received":
            self.answer(received)
        else:
            self.answer({}, status=404)

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        received.append(event["data"])
        self.answer({"status": "SUCCESS"})

    def answer(self, document, status=200):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["APP_PORT"])), Handler).serve_forever()
