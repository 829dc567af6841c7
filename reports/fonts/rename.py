"""Characters of the report fonts, and their names: used by build.sh only, never at run time.

Leaves out the subsetting itself (hb-subset) and the punctuation feature (chws-tool).
"""

import sys

from fontTools.ttLib import TTFont

FAMILIES = {
    "song": ("Hengping Song", "Noto Serif CJK SC"),
    "hei": ("Hengping Hei", "Noto Sans CJK SC"),
    "kai": ("Hengping Kai", "LXGW WenKai"),
}
# Blocks kept whole: Latin, Greek, punctuation, number and unit signs, CJK marks, full-width forms.
BLOCKS = (
    (0x0020, 0x007E), (0x00A0, 0x017F), (0x02C6, 0x02DD), (0x0391, 0x03C9), (0x2000, 0x206F),
    (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2150, 0x218F), (0x2190, 0x21FF),
    (0x2200, 0x22FF), (0x2460, 0x24FF), (0x2500, 0x25FF), (0x2605, 0x2606), (0x2713, 0x2717),
    (0x3000, 0x303F), (0x3200, 0x33FF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF),
)  # fmt: skip


# Hanzi of names that GB 2312 lacks; the Kai face, used in notes and headings, falls back to Song.
RARE = "喆堃镕昇旻祎玥翀"


def characters(charset: str) -> list[int]:
    """Return the code points of a Chinese character set and of the blocks above, in order."""
    chosen = {ord(character) for character in RARE} | {
        point for first, last in BLOCKS for point in range(first, last + 1)
    }
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                chosen.add(ord(bytes([lead, trail]).decode(charset)))
            except (UnicodeDecodeError, TypeError):
                continue
    return sorted(chosen)


def rename(source: str, target: str) -> None:
    """Give the subset its own family name and say in the font what it was made from."""
    key, _, style = target.rsplit("/", 1)[-1].rsplit(".", 1)[0].partition("-")
    family, original = FAMILIES[key]
    style = style.capitalize()
    font = TTFont(source)
    names = font["name"]
    keep = {n: names.getDebugName(n) for n in (0, 5, 7, 8, 9, 11, 12, 13, 14)}
    names.names = []
    texts = {
        0: keep[0],
        1: family,
        2: style,
        3: f"{family} {style}; subset of {original}; {keep[5]}",
        4: f"{family} {style}",
        5: keep[5],
        6: f"{family.replace(' ', '')}-{style}",
        8: keep[8],
        9: keep[9],
        10: f"GBK subset of {original}, renamed as the SIL Open Font License requires",
        13: keep[13],
        14: keep[14],
    }
    for name_id, text in texts.items():
        if text:
            names.setName(text, name_id, 3, 1, 0x409)
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [texts[6]]
        top = cff.topDictIndex[0]
        top.FamilyName, top.FullName = family, texts[4]
    font.recalcTimestamp = False
    font.save(target)


if __name__ == "__main__":
    if sys.argv[1] == "charset":
        print(" ".join(f"{point:X}" for point in characters(sys.argv[2])))  # noqa: T201 -- command-line output
    else:
        rename(sys.argv[2], sys.argv[3])
