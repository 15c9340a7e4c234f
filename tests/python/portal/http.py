"""A browser without pages: keeps the cookie, sends the token, speaks JSON over TLS that is checked."""

import http.client
import json
import ssl


class Client:
    """One browser at `127.0.0.1:port`; `certificate` is a terminal's (PEM, key in the same file)."""

    def __init__(self, port, ca, certificate=None):
        self.port = port
        self.context = ssl.create_default_context(cafile=ca)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3
        if certificate:
            self.context.load_cert_chain(certificate)
        self.cookie = None
        self.csrf = None
        self.headers = {}

    def send(self, method, path, body=None, headers=None):
        """Status and answer: JSON read, anything else as bytes. `self.headers` are the answer's."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=60)
        sent = {"cookie": self.cookie, "x-csrf-token": self.csrf, **(headers or {})}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent["content-type"] = "application/json"
        connection.request(method, path, body, {name: value for name, value in sent.items() if value})
        answer = connection.getresponse()
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        read = answer.read()
        if cookie := self.headers.get("set-cookie"):
            self.cookie = cookie.split(";")[0]
        connection.close()
        if self.headers.get("content-type", "").startswith("application/json"):
            read = json.loads(read)
        return answer.status, read

    def get(self, path):
        return self.send("GET", path)

    def sign_in(self, handler, password, code):
        """Status and answer of a sign-in; keeps what the next requests need."""
        status, me = self.send("POST", "/api/sign-in", {"handler": handler, "password": password, "code": code})
        if status == 200:
            self.csrf = me["csrf"]
        return status, me
