"""Web Push: a knock at the devices of whoever reads in the app (RFC 8030, 8291, 8292)."""
