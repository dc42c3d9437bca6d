"""What else shops of this trade sell, as shapes in a square of 100 × 100 (see motifs)."""

from __future__ import annotations

from themes.art.motifs import Motif, Part, el, line, poly, rr, star

CUP: Motif = (
    Part("second", (rr(46, 4, 52, 34, 2),)),
    Part("pale", (rr(24, 26, 76, 36, 4), rr(30, 18, 70, 30, 6))),
    Part("body", (poly((27, 36), (73, 36), (67, 96), (33, 96)),)),
    Part("first", (poly((29.5, 52), (70.5, 52), (68, 78), (32, 78)),)),
    Part("pale", (el(50, 65, 9),)),
)
BURGER: Motif = (
    Part("third", (rr(8, 60, 92, 74, 7),)),
    Part("fourth", (poly((6, 52), (94, 52), (88, 62), (78, 58), (66, 65), (54, 58), (42, 65),
                          (30, 58), (18, 64)),)),
    Part("first", (rr(9, 46, 91, 55, 4),)),
    Part("body", (rr(8, 16, 92, 80, 32),), (rr(0, 46, 100, 100),)),
    Part("body", (rr(10, 72, 90, 88, 8),)),
    Part("pale", (el(32, 30, 2.4, 1.7), el(48, 25, 2.4, 1.7), el(64, 29, 2.4, 1.7),
                   el(40, 37, 2.4, 1.7), el(58, 37, 2.4, 1.7), el(73, 37, 2.4, 1.7))),
)  # fmt: skip
BAG: Motif = (
    Part("ink", (el(50, 30, 19, 22),), (el(50, 30, 14, 17), rr(0, 40, 100, 100))),
    Part("body", (poly((14, 32), (86, 32), (92, 95), (8, 95)),)),
    Part("shade", (poly((70, 32), (86, 32), (92, 95), (72, 95)),)),
    Part("first", (star(44, 64, 17),)),
)
BOOK: Motif = (
    Part("back", (rr(10, 14, 88, 92, 5),)),
    Part("pale", (rr(16, 84, 90, 92, 2), rr(84, 14, 90, 92, 1))),
    Part("body", (rr(8, 8, 84, 86, 5),)),
    Part("shade", (rr(8, 8, 20, 86, 5),)),
    Part("second", (rr(30, 22, 74, 27, 2), rr(30, 32, 62, 36, 2))),
    Part("first", (el(52, 60, 13),)),
    Part("pale", (poly((47, 52), (47, 68), (61, 60)),)),
)
CASE: Motif = (
    Part("ink", (rr(36, 4, 64, 30, 4),), (rr(41, 9, 59, 40, 1),)),
    Part("ink", (el(28, 94, 5), el(72, 94, 5))),
    Part("body", (rr(16, 22, 84, 92, 9),)),
    Part("shade", (rr(30, 22, 35, 92), rr(47.5, 22, 52.5, 92), rr(65, 22, 70, 92))),
    Part("first", (el(62, 44, 13),)),
    Part("pale", (poly((55, 47), (70, 36), (66, 47), (70, 53)),)),
    Part("second", (rr(24, 70, 44, 82, 2),)),
)
WINDOW: Motif = (
    Part("body", (rr(4, 14, 96, 86, 6),)),
    Part("face", (rr(4, 26, 96, 86, 6), rr(4, 26, 96, 40))),
    Part("first", (el(12, 20, 2.6),)),
    Part("third", (el(20, 20, 2.6),)),
    Part("fourth", (el(28, 20, 2.6),)),
    Part("dim", (rr(12, 36, 34, 78, 3),)),
    Part("second", (rr(42, 36, 86, 44, 2), rr(42, 50, 74, 55, 2), rr(42, 61, 80, 66, 2))),
    Part("first", (el(76, 74, 14),)),
    Part("pale", (line(4, (69, 74), (74, 79)), line(4, (74, 79), (84, 68)))),
)
SIM: Motif = (
    Part("body", (poly((22, 6), (64, 6), (82, 24), (82, 94), (22, 94)), rr(18, 4, 40, 96, 5))),
    Part("second", (rr(30, 40, 70, 80, 6),)),
    Part("ink", (rr(49, 40, 51, 80), rr(30, 52, 70, 54), rr(30, 66, 70, 68))),
    Part("dim", (rr(28, 18, 52, 23, 2), rr(28, 28, 44, 32, 2))),
)
WAVES: Motif = (
    Part("body", (el(50, 82, 8),)),
    Part("body", (el(50, 84, 28),), (el(50, 84, 20), rr(0, 68, 100, 100),
                                      poly((0, 100), (0, 40), (50, 84)),
                                      poly((100, 100), (100, 40), (50, 84)))),
    Part("body", (el(50, 84, 46),), (el(50, 84, 38), rr(0, 74, 100, 100),
                                      poly((0, 100), (0, 34), (50, 84)),
                                      poly((100, 100), (100, 34), (50, 84)))),
    Part("body", (el(50, 84, 64),), (el(50, 84, 56), poly((-40, 100), (-40, 20), (50, 84)),
                                      poly((140, 100), (140, 20), (50, 84)))),
)  # fmt: skip
CROWN: Motif = (
    Part("body", (poly((8, 30), (30, 52), (50, 16), (70, 52), (92, 30), (84, 78), (16, 78)),
                  el(8, 28, 6), el(50, 14, 6), el(92, 28, 6))),
    Part("shade", (rr(16, 70, 84, 82, 3),)),
    Part("first", (el(50, 58, 7),)),
    Part("second", (el(30, 62, 4.5), el(70, 62, 4.5))),
)  # fmt: skip
