"""A site's saved arrangement of its theme: pages, colours, name and notice.

Revisions are only added; publishing moves one pointer. What an arrangement may contain is the
theme engine's business: the faces check it there before they hand it in.
"""
