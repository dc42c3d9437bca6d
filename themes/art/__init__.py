"""Draws the themes' banners and the sample shop's goods: `python -m themes.art` writes them.

Everything is made of shapes, gradients, light and grain by Pillow, from numbers that stand here: no
photograph, no font, nobody else's drawing. The same code makes the same picture.
"""
