"""Somebody signs in."""

import json

from schoolbus.service import Answer, api
from services.roster.identity import accounts, codes, schemas


class SigningIn:
    @api("POST", "/v1/sign-in/password", takes=schemas.PasswordSignIn, gives=schemas.SignedIn, public=True)
    def sign_in(self, caller, wanted):
        """Sign in with username and password (staff)"""
        return accounts.sign_in(self.store, self.settings.signer, **wanted)

    @api("POST", "/v1/sign-in/code", takes=schemas.CodeRequest, gives=schemas.Accepted, status=202, public=True)
    def ask_for_code(self, caller, wanted):
        """Have a one-time code sent to a guardian's phone"""
        codes.ask(self.store, self.settings.signer, wanted["phone"])
        return {"accepted": True}

    @api("POST", "/v1/sign-in/code/verify", takes=schemas.CodeSignIn, gives=schemas.SignedIn, public=True)
    def verify_code(self, caller, wanted):
        """Sign in with the code"""
        return codes.verify(self.store, self.settings.signer, wanted["phone"], wanted["code"], wanted["person_id"])

    @api("GET", "/.well-known/jwks.json", public=True)
    def show_keys(self, caller):
        """The public keys of sign-in tokens (RFC 7517)"""
        return Answer(json.dumps(self.settings.signer.public_keys).encode())

    @api(
        "PUT",
        "/v1/branches/{branch_id}/staff/{person_id}/password",
        takes=schemas.NewPassword,
        gives=schemas.Account,
        may="give passwords",
    )
    def set_password(self, caller, branch_id, person_id, wanted):
        """Give a member of staff a password"""
        return accounts.set_password(self.store, caller, branch_id, person_id, wanted)
