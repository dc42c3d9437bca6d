"""A site's pictures and films: what it uploaded, under which name, and their bytes.

One id is one picture for ever: a part cut out of a picture is another picture. So whatever names
an id and its digest stays right until the picture is deleted. A film is a picture too, a still of
it, with the film beside it: it is named, counted, deleted and put back as one thing. How either is
made harmless is the kit's business; at which address it is shown is the faces'.
"""
