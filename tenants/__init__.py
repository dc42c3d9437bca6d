"""Whose site a request belongs to, and where that site's data lives.

This room knows neither the business (kameng) nor the looks (themes).
"""
