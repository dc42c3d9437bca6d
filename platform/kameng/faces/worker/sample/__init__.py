"""The sample alliance: a master site, an agent's sub-site, goods, secrets, a member.

Doors: `people.SIGN_INS`, and `loading.load`, which pulls in half the house.
"""
