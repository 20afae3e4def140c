"""A relying party on Authlib: client_secret_post, PKCE, max_age, ID tokens in RS256, userinfo.

It is an integrator's code, as its library's documentation would have it, and knows nothing of this service but what
discovery says. Reads ISSUER, PORT, CLIENT_ID and CLIENT_SECRET.
"""

import json
import os
import secrets
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken, UserInfo
from joserfc import jwt
from joserfc.jwk import KeySet

ISSUER, PORT = os.environ["ISSUER"], int(os.environ["PORT"])
HERE = f"http://localhost:{PORT}"
METADATA = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=10).json()
BEGUN = {}


def session(**kept):
    return OAuth2Session(
        os.environ["CLIENT_ID"],
        os.environ["CLIENT_SECRET"],
        scope="openid profile",
        redirect_uri=f"{HERE}/callback",
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_post",
        **kept,
    )


def login(_):
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    address, state = session().create_authorization_url(
        METADATA["authorization_endpoint"], code_verifier=verifier, nonce=nonce, ui_locales="en", max_age=3600
    )
    BEGUN[state] = (verifier, nonce)
    return address


def callback(path):
    named = parse_qs(urlsplit(path).query)
    [state], [issuer] = named["state"], named["iss"]
    if issuer != ISSUER:
        raise ValueError(f"the answer is {issuer}'s")
    verifier, nonce = BEGUN.pop(state)
    with session(state=state) as client:
        token = client.fetch_token(
            METADATA["token_endpoint"], authorization_response=HERE + path, code_verifier=verifier
        )
        keys = KeySet.import_key_set(requests.get(METADATA["jwks_uri"], timeout=10).json())
        decoded = jwt.decode(token["id_token"], keys, algorithms=["RS256"])
        demands = {"iss": {"essential": True, "value": ISSUER}, "nonce": {"essential": True, "value": nonce}}
        claims = CodeIDToken(
            decoded.claims, decoded.header, demands, {"client_id": client.client_id, "nonce": nonce, "max_age": 3600}
        )
        claims.validate(leeway=5)
        userinfo = UserInfo(client.get(METADATA["userinfo_endpoint"]).json())
        return {"claims": dict(claims), "userinfo": dict(userinfo), "token_type": token["token_type"]}


WAYS = {"/login": login, "/callback": callback}


class Door(BaseHTTPRequestHandler):
    """Answers with an address to go to, or with what was learnt."""

    def do_GET(self):
        way = WAYS.get(self.path.split("?", 1)[0])
        try:
            status, answer = (200, way(self.path)) if way else (404, None)
        except Exception as error:  # whatever the library finds wrong is for the test to read
            status, answer = 500, {"failed": repr(error)}
        if isinstance(answer, str):
            self.send_response(303)
            self.send_header("Location", answer)
            self.end_headers()
            return
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(json.dumps(answer, ensure_ascii=False).encode())

    def log_message(self, *_):
        """Says nothing: addresses carry codes."""


ThreadingHTTPServer(("127.0.0.1", PORT), Door).serve_forever()
