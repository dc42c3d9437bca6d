"""What is written to people outside the pages: texts in both languages, mailed by a job.

Answers for wording and sending. No mail ever carries a card secret or a password.
"""
