"""Kameng: what the business does. Flask appears only in faces and app."""
