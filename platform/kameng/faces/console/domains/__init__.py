"""Own domains of a site, in its settings: claim, prove, choose the main one, give up."""
