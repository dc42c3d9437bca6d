"""加价模板: a named set of mark-ups, one for shoppers and one for each kind of agent, laid on many
goods at once after everybody could see what it would do.

It answers for: the templates of a site, what one would do to which price, and that nothing else is
done. It does not answer for writing prices and their history: that is `pricing.changes`.
"""
