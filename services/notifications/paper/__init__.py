"""The last resort: letters, printed class by class and handed out by the teacher."""
