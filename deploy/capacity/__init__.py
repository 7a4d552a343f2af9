"""docs/capacity.md: what follows from bench/results.json and from the code. `python -m deploy.capacity` writes it anew."""
