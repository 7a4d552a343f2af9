"""What an activity is: a draft, which nobody sees; published; cancelled. One that is published and past is over."""

DRAFT, PUBLISHED, CANCELLED, OVER = STATES = ("draft", "published", "cancelled", "over")
