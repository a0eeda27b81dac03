"""Microsoft Teams: what Bot Service sends, and what is said there.

The door is `handlers.teams.door.TeamsDoor`, the chat `handlers.teams.send.TeamsChat`.
"""
