"""Who wants nothing more on a channel, and who has changed their mind."""
