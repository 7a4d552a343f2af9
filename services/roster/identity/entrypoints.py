"""Somebody signs in, and keeps their account."""

import json

from schoolbus.service import Answer, api
from services.roster.identity import accounts, codes, oidc_sign_in, own_factor, schemas, sessions, signing_in, tickets


class SigningIn:
    @api("POST", "/v1/sign-in/password", takes=schemas.PasswordSignIn, gives=schemas.SignedInByPassword, public=True)
    def sign_in(self, caller, wanted):
        """Sign in with username, e-mail address or staff number, and password (staff)"""
        return signing_in.sign_in(self.store, self.settings, caller.origin, wanted)

    @api("POST", "/v1/sign-in/code", takes=schemas.CodeRequest, gives=schemas.Accepted, status=202, public=True)
    def ask_for_code(self, caller, wanted):
        """Have a one-time code sent to a guardian's phone"""
        codes.ask(self.store, self.settings, caller.origin, wanted["phone"])
        return {"accepted": True}

    @api("POST", "/v1/sign-in/code/verify", takes=schemas.CodeSignIn, gives=schemas.SignedIn, public=True)
    def verify_code(self, caller, wanted):
        """Sign in with the code"""
        who = (wanted["phone"], wanted["code"], wanted["person_id"])
        return codes.verify(self.store, self.settings, caller.origin, *who)

    @api("GET", "/v1/sign-in/ways", gives=schemas.Ways, public=True)
    def list_ways(self, caller):
        """By what people can sign in here"""
        return {"code": True, "password": True, "oidc": self.settings.provider is not None}

    @api("GET", "/v1/sign-in/oidc", query=schemas.Challenge, status=302, public=True)
    def go_to_provider(self, caller, query):
        """Sign in at the chain's own identity provider (staff): 302, a browser goes there and comes back"""
        address = oidc_sign_in.begin(self.store, self.settings, caller.origin, query["code_challenge"])
        return Answer(b"", status=302, headers={"Location": address, "Cache-Control": "no-store"})

    @api("GET", "/v1/sign-in/oidc/callback", query=schemas.ProviderAnswer, gives=schemas.ProviderAnswer, public=True)
    def come_from_provider(self, caller, query):
        """Where the identity provider sends the browser back to: what it brings is for the program that began"""
        return Answer(oidc_sign_in.brought(self.settings, query), headers={"Cache-Control": "no-store"})

    @api("POST", "/v1/sign-in/oidc", takes=schemas.ProviderSignIn, gives=schemas.SignedIn, public=True)
    def sign_in_by_provider(self, caller, wanted):
        """Sign in with what the identity provider sent back, and the verifier that only the program that began has"""
        return oidc_sign_in.finish(self.store, self.settings, caller.origin, wanted)

    @api("POST", "/v1/sign-in/second-factor", takes=schemas.Ticket, gives=schemas.SecondFactorBegun, public=True)
    def set_up_factor(self, caller, wanted):
        """Set up the second factor without which one can't sign in"""
        return tickets.begin(self.store, self.settings, wanted["ticket"])

    @api(
        "POST",
        "/v1/sign-in/second-factor/confirmation",
        takes=schemas.TicketCode,
        gives=schemas.SignedInFirst,
        public=True,
    )
    def confirm_set_up(self, caller, wanted):
        """Confirm it with a code of the app, or send one of the second factor that one has, and be signed in"""
        return tickets.finish(self.store, self.settings, caller.origin, wanted["ticket"], wanted["code"])

    # How it goes on

    @api("POST", "/v1/sign-in/refresh", takes=schemas.Refresh, gives=schemas.SignedIn, public=True)
    def refresh(self, caller, wanted):
        """A new pair of tokens for a refresh token, which is good once"""
        return sessions.refresh(self.store, self.settings, wanted["refresh_token"])

    @api("POST", "/v1/sign-in/sign-out", takes=schemas.Refresh, public=True)
    def sign_out(self, caller, wanted):
        """End the session of a refresh token"""
        sessions.end_by_token(self.store, self.settings, wanted["refresh_token"])

    @api("GET", "/v1/me/sessions", gives=schemas.Session, may="keep own account", paged=True)
    def list_sessions(self, caller, query):
        """Where I am signed in"""
        return sessions.page(self.store, caller, query["page"])

    @api("DELETE", "/v1/me/sessions/{session_id}", may="keep own account")
    def end_session(self, caller, session_id):
        """Sign out one of my sessions"""
        sessions.end_own(self.store, caller, session_id)

    @api("DELETE", "/v1/me/sessions", may="keep own account")
    def end_all_sessions(self, caller):
        """Sign out everywhere, here too"""
        sessions.end_all_own(self.store, caller)

    # Password and second factor

    @api("PUT", "/v1/me/password", takes=schemas.OwnPassword, may="keep own account")
    def change_password(self, caller, wanted):
        """Change my password; my other sessions end"""
        accounts.change_own(self.store, caller, wanted["current"], wanted["new"])

    @api("GET", "/v1/me/second-factor", gives=schemas.SecondFactor, may="keep own account")
    def show_factor(self, caller):
        """Whether I have a second factor"""
        return own_factor.state(self.store, caller)

    @api("POST", "/v1/me/second-factor", gives=schemas.SecondFactorBegun, may="keep own account")
    def begin_factor(self, caller):
        """Begin to set up a second factor: the secret for my app"""
        return own_factor.begin(self.store, self.settings, caller)

    @api(
        "POST",
        "/v1/me/second-factor/confirmation",
        takes=schemas.FactorCode,
        gives=schemas.RecoveryCodes,
        may="keep own account",
    )
    def confirm_factor(self, caller, wanted):
        """Confirm it with a code of the app: from now on sign-in asks for one"""
        return own_factor.confirm(self.store, self.settings, caller, wanted["code"])

    @api("DELETE", "/v1/me/second-factor", takes=schemas.FactorCode, may="keep own account")
    def remove_factor(self, caller, wanted):
        """Remove my second factor, with a code of it; my other sessions end"""
        own_factor.remove(self.store, self.settings, caller, wanted["code"])

    # For others

    @api(
        "PUT",
        "/v1/branches/{branch_id}/staff/{person_id}/password",
        takes=schemas.NewPassword,
        gives=schemas.Account,
        may="give passwords",
    )
    def set_password(self, caller, branch_id, person_id, wanted):
        """Give a member of staff a password; their sessions end"""
        return accounts.set_password(self.store, caller, branch_id, person_id, wanted)

    @api("DELETE", "/v1/branches/{branch_id}/staff/{person_id}/second-factor", may="reset second factors")
    def reset_factor(self, caller, branch_id, person_id):
        """Remove the second factor of a member of staff who has lost it; their sessions end"""
        accounts.reset_second_factor(self.store, caller, branch_id, person_id)

    # For programs

    @api("GET", "/.well-known/jwks.json", public=True)
    def show_keys(self, caller):
        """The public keys of access tokens (RFC 7517)"""
        return Answer(json.dumps(self.settings.signer.public_keys).encode())

    @api("GET", "/internal/ended-sessions", public=True)
    def show_ended_sessions(self, caller):
        """For the gateway, which lets nobody else in"""
        return Answer(sessions.just_ended(self.store))
