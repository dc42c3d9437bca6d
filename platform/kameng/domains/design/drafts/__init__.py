"""A site's working draft: the one arrangement its editor changes, until it is published or dropped.

Its `step` rises with every save, publication and drop and never falls: whoever saves names the step
he saw, so that of two editors at once the second is told. A save makes no revision; publishing
makes one.
"""
