"""Bringing the sites of an alliance to a newer line of their theme, wave by wave: who has moved,
who waits, when it stops by itself and who is put back.

What an arrangement becomes on another line is the theme engine's business: whoever moves a site
asks it and hands the outcome to `design.service`; this room keeps count.
"""
