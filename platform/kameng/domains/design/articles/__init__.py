"""What a site writes for its shoppers: notices (公告) and help (帮助), drafted, published at a
time, taken back, deleted and brought back.

The text handed in was cleaned by the theme engine at the edge and is cleaned again where it is
printed. Pages a site lays out itself are part of its arrangement, not articles.
"""
