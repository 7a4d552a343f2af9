"""Which event tells whom what: the rules as they come with Rabta, as the chain wants them, and as a branch narrows them."""
