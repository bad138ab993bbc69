"""The preview card: a picture of 1200 by 630 pixels that stands for a review where it is shared.

`words` chooses what is said, `lines` breaks it, `drawing` draws it; only that one needs Pillow. The
face is that of the pages, Newsreader: `newsreader-*.ttf` are the pages' own subsets, unpacked, with
their kerning as a `kern` table, which `face` can read. Its licence is `newsreader-OFL.txt`.
"""
