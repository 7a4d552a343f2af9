"""Packs of a branch and of the chain."""

from schoolbus.service import api
from services.notifications.packs import packs, schemas

BRANCH, CHAIN = "/v1/branches/{branch_id}/packs", "/v1/packs"
ID = "/{pack_id}"
KEEP, CHAINS = "keep packs", "keep packs of the chain"


class OfBranches:
    @api("GET", BRANCH, query=schemas.PackQuery, gives=schemas.PackHead, paged=True, may=KEEP)
    def list_packs(self, caller, branch_id, query):
        """The packs of a branch, and the chain's, newest first"""
        return packs.page(self.store, caller, branch_id, query)

    @api("POST", BRANCH, takes=schemas.PackDraft, gives=schemas.Pack, status=201, may=KEEP)
    def write_pack(self, caller, branch_id, draft):
        """Write a pack: guides, each so many days after enrolment"""
        return packs.write(self.store, caller, branch_id, draft)

    @api("GET", BRANCH + ID, gives=schemas.Pack, may=KEEP)
    def show_pack(self, caller, branch_id, pack_id):
        """One pack, and how many children are in it"""
        return packs.one(self.store, caller, branch_id, pack_id)

    @api("PUT", BRANCH + ID, takes=schemas.PackChange, gives=schemas.Pack, may=KEEP)
    def change_pack(self, caller, branch_id, pack_id, given):
        """Change a pack, also while it runs"""
        return packs.change(self.store, caller, branch_id, pack_id, given)

    @api("DELETE", BRANCH + ID, may=KEEP)
    def remove_pack(self, caller, branch_id, pack_id):
        """Remove a draft"""
        packs.remove(self.store, caller, branch_id, pack_id)

    @api("POST", BRANCH + ID + "/start", gives=schemas.Pack, may=KEEP)
    def start_pack(self, caller, branch_id, pack_id):
        """Start a pack, or let it go on"""
        return packs.start(self.store, caller, branch_id, pack_id)

    @api("POST", BRANCH + ID + "/pause", gives=schemas.Pack, may=KEEP)
    def pause_pack(self, caller, branch_id, pack_id):
        """Let a pack rest"""
        return packs.pause(self.store, caller, branch_id, pack_id)

    @api("POST", BRANCH + ID + "/end", gives=schemas.Pack, may=KEEP)
    def end_pack(self, caller, branch_id, pack_id):
        """End a pack"""
        return packs.end(self.store, caller, branch_id, pack_id)

    @api("GET", BRANCH + ID + "/children", query=schemas.ChildQuery, gives=schemas.ChildInPack, paged=True, may=KEEP)
    def children_of_pack(self, caller, branch_id, pack_id, query):
        """Who is in a pack, and what each has had"""
        return packs.children(self.store, caller, branch_id, pack_id, query)


class OfChain:
    @api("GET", CHAIN, query=schemas.PackQuery, gives=schemas.PackHead, paged=True, may=CHAINS)
    def list_chain_packs(self, caller, query):
        """The packs of the chain, newest first"""
        return packs.page(self.store, caller, None, query)

    @api("POST", CHAIN, takes=schemas.PackDraft, gives=schemas.Pack, status=201, may=CHAINS)
    def write_chain_pack(self, caller, draft):
        """Write a pack of the chain: guides, each so many days after enrolment"""
        return packs.write(self.store, caller, None, draft)

    @api("GET", CHAIN + ID, gives=schemas.Pack, may=CHAINS)
    def show_chain_pack(self, caller, pack_id):
        """One pack of the chain, and how many children are in it"""
        return packs.one(self.store, caller, None, pack_id)

    @api("PUT", CHAIN + ID, takes=schemas.PackChange, gives=schemas.Pack, may=CHAINS)
    def change_chain_pack(self, caller, pack_id, given):
        """Change a pack of the chain, also while it runs"""
        return packs.change(self.store, caller, None, pack_id, given)

    @api("DELETE", CHAIN + ID, may=CHAINS)
    def remove_chain_pack(self, caller, pack_id):
        """Remove a draft of the chain"""
        packs.remove(self.store, caller, None, pack_id)

    @api("POST", CHAIN + ID + "/start", gives=schemas.Pack, may=CHAINS)
    def start_chain_pack(self, caller, pack_id):
        """Start a pack of the chain, or let it go on"""
        return packs.start(self.store, caller, None, pack_id)

    @api("POST", CHAIN + ID + "/pause", gives=schemas.Pack, may=CHAINS)
    def pause_chain_pack(self, caller, pack_id):
        """Let a pack of the chain rest"""
        return packs.pause(self.store, caller, None, pack_id)

    @api("POST", CHAIN + ID + "/end", gives=schemas.Pack, may=CHAINS)
    def end_chain_pack(self, caller, pack_id):
        """End a pack of the chain"""
        return packs.end(self.store, caller, None, pack_id)

    @api("GET", CHAIN + ID + "/children", query=schemas.ChildQuery, gives=schemas.ChildInPack, paged=True, may=CHAINS)
    def children_of_chain_pack(self, caller, pack_id, query):
        """Who is in a pack of the chain, and what each has had"""
        return packs.children(self.store, caller, None, pack_id, query)


class Packing(OfBranches, OfChain):
    pass
