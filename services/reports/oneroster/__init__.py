"""The gradebook by OneRoster 1.2's REST binding: other systems read it, and push into it. docs/oneroster-gradebook.md"""
