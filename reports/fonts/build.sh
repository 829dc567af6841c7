#!/usr/bin/env bash
# Make the report fonts from two Debian packages. Run once; the results are in the repository.
#
#   apt-get download fonts-noto-cjk fonts-lxgw-wenkai     # into a directory of your choice
#   apt-get install libharfbuzz-bin && pip install chws-tool==1.4.5
#   reports/fonts/build.sh DIRECTORY-WITH-THE-TWO-DEB-FILES
#
# Versions used: fonts-noto-cjk 1:20220127+repack1-1, fonts-lxgw-wenkai 1.250+repack-1, HarfBuzz 6.0.0.
# Every family is renamed (see rename.py and LICENSES.md): a subset is a Modified Version under the
# SIL Open Font License, and LXGW WenKai reserves its names.
set -euo pipefail
packages=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for package in "$packages"/*.deb; do dpkg-deb -x "$package" "$work/root"; done
noto=$work/root/usr/share/fonts/opentype/noto
wenkai=$work/root/usr/share/fonts/truetype/lxgw-wenkai

python3 "$here/rename.py" charset gbk > "$work/gbk.txt"
python3 "$here/rename.py" charset gb2312 > "$work/gb2312.txt"

# Hints are dropped: paper and today's screens do not use them, and they cost five megabytes.
subset() { # source, face index, characters, output
  hb-subset --font-file="$1" --face-index="$2" --unicodes-file="$work/$3.txt" \
    --layout-features=kern,liga,halt,palt,vert --name-IDs='*' --name-languages='*' \
    --no-hinting --notdef-outline --output-file="$work/$4"
}
subset "$noto/NotoSerifCJK-Regular.ttc" 2 gbk song-regular.otf
subset "$noto/NotoSerifCJK-Bold.ttc" 2 gbk song-bold.otf
subset "$noto/NotoSansCJK-Regular.ttc" 2 gbk hei-regular.otf
subset "$noto/NotoSansCJK-Bold.ttc" 2 gbk hei-bold.otf
subset "$wenkai/LXGWWenKai-Regular.ttf" 0 gb2312 kai-regular.ttf

for face in song-regular.otf song-bold.otf hei-regular.otf hei-bold.otf kai-regular.ttf; do
  # Adjacent punctuation shares one space: the OpenType feature chws, computed from the glyphs.
  add-chws -o "$work/chws/" "$work/$face" 2>&1 | sort -u
  python3 "$here/rename.py" rename "$work/chws/$face" "$here/$face"
done
ls -l "$here"/*.otf "$here"/*.ttf
