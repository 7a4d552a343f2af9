"""What comes back by e-mail: bounces (RFC 3464) and answers."""
