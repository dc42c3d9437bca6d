"""What binds a child site to its parent: price levels, packages, and each site's own terms.

Answers for what a package costs and allows and which level a site holds at its parent. Does not
answer for prices (pricing) nor for opening sites (agents).
"""
