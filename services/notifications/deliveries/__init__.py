"""How well messages get through, in the whole chain: a day by channel and state, carriers, and what waits."""
