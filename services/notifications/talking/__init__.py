"""Home and school talk about one child, by portal, SMS, WhatsApp or e-mail, in one thread."""
