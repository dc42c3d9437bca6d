"""A stateful stand-in for Stripe, so that a purchase can be tried end to end without an account.

It is a program of its own: it knows nothing of Kameng and is reached only over HTTP, by the same
SDK that talks to Stripe. It speaks just the endpoints a shop needs and refuses what Stripe would
refuse, because a stand-in that forgives teaches the shop bad manners.
"""
