"""Webhooks: a branch's own systems hear what happens in it, as Standard Webhooks describes (standardwebhooks.com)."""
