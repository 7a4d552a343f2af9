"""What is said to whom, in which words and which language."""
