"""What is done to the fonts before services have them: `python -m deploy.fonts`. Nothing of it is in an image."""
