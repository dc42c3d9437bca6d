"""What would happen below, at every site, if one decided so: worked out, looked at, then decided.

It answers for drafts of decisions and their figures. It does not answer for the decision itself,
which goes through `changes` like any other.
"""
