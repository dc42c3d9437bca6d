"""A site's pictures: what it uploaded, under which name, and their bytes in up to three widths.

One id is one picture for ever: a part cut out of a picture is another picture. So whatever names
an id and its digest stays right until the picture is deleted. How a picture is made harmless is
the kit's business; at which address it is shown is the faces'.
"""
