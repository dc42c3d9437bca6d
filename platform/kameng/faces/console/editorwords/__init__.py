"""The words of the visual editor's script."""
