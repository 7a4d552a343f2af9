"""The way in: nameko's HTTP entrypoint, a token checked on each request, the answer by RPC."""

import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from nameko.extensions import DependencyProvider
from nameko.rpc import RpcProxy
from nameko.web.handlers import http
from werkzeug.wrappers import Request, Response


class Tokens(DependencyProvider):  # type: ignore[misc]
    """Gives a function: the claims of a request's token, or None."""

    def setup(self) -> None:
        key = load_pem_public_key(self.container.config["TOKEN_PUBLIC_KEY"].encode())
        assert isinstance(key, Ed25519PublicKey)
        self.key = key

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.claims

    def claims(self, request: Request) -> dict[str, Any] | None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            return jwt.decode(token, self.key, algorithms=["EdDSA"], options={"require": ["exp", "sub"], "verify_aud": False})
        except jwt.InvalidTokenError:
            return None


class Gateway:
    name = "reference_gateway"
    claims_of = Tokens()
    reports = RpcProxy("reference_reports")

    @http("GET", "/v1/branches/<branch_id>/today/<student_id>")  # type: ignore[untyped-decorator]
    def today(self, request: Request, branch_id: str, student_id: str) -> Response:
        claims = self.claims_of(request)
        if claims is None:
            return problem(401, "Please sign in")
        if branch_id not in claims.get("roles", {}):
            return problem(403, "You have no role in this branch")
        found = self.reports.today(claims, branch_id, student_id)
        if found is None:
            return problem(404, "Student is not here")
        return Response(json.dumps(found), mimetype="application/json")

    @http("GET", "/health/ready")  # type: ignore[untyped-decorator]
    def ready(self, request: Request) -> Response:
        return Response(self.reports.ping())


def problem(status: int, title: str) -> Response:
    return Response(json.dumps({"status": status, "title": title}), status, mimetype="application/problem+json")
