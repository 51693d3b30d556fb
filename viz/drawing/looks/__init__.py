"""How drawings look: the palette, the kinds of boxes and arrows, the sheet; knows no drawing."""
