#!/bin/bash
# Proves ./run on a bare Debian (12, or what SUITE names): as root without Python, and as a plain user without sudo.
# usage (as root, with mmdebstrap): tests/setup/prove_in_chroot.sh root|user|user-without-python [COMMAND…]
# COMMAND is what ./run is asked to do (default: setup). Nothing outside $WORK is changed.
set -euo pipefail
who=${1:?root, user or user-without-python}
shift
command=("${@:-setup}")
source=$(cd "$(dirname "$0")/../.." && pwd)
WORK=${WORK:-$(mktemp -d)}
SUITE=${SUITE:-bookworm}
base=$WORK/$SUITE-minbase.tar
chroot=$WORK/$SUITE-$who
certificates=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}

[ -f "$base" ] || mmdebstrap --variant=minbase "$SUITE" "$base" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}
rm -rf "$chroot"
mkdir -p "$chroot"
tar -xf "$base" -C "$chroot" --exclude='./dev/*'
mkdir -p "$chroot/dev" "$chroot/home/panel"
trap 'umount -l "$chroot/proc" "$chroot/dev" 2>/dev/null || true' EXIT
mount -t proc proc "$chroot/proc"
mount --rbind /dev "$chroot/dev"
mount --make-rslave "$chroot/dev"
cp /etc/resolv.conf /etc/hosts "$chroot/etc/"
cp "$certificates" "$chroot/etc/site-certificates.crt"
# the committed state only, as a visitor gets it
git -C "$source" archive --prefix=hengping/ "${REVISION:-HEAD}" | tar -x -C "$chroot/home/panel"

if [ "$who" = user ]; then # the administrator has installed Python, nothing else
  chroot "$chroot" sh -c 'apt-get update -q && apt-get install -y -q --no-install-recommends python3 python3-venv' >/dev/null
  rm -rf "$chroot"/var/lib/apt/lists/*
fi
if [ "$who" = root ]; then account=root; else
  account=panel
  chroot "$chroot" useradd --shell /bin/sh --home-dir /home/panel panel
fi
chroot "$chroot" chown -R "$account" /home/panel
echo "== $who: ./run ${command[*]}  (python3: $(chroot "$chroot" sh -c 'command -v python3 || echo none'), sudo: $(chroot "$chroot" sh -c 'command -v sudo || echo none'))"
inside() {
  chroot --userspec="$account:" "$chroot" env -i HOME=/home/panel PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8 \
    PIP_CERT=/etc/site-certificates.crt SSL_CERT_FILE=/etc/site-certificates.crt CI="${CI:-}" \
    sh -c 'cd /home/panel/hengping && "$@"' sh "$@"
}
started=$(date +%s)
inside ./run "${command[@]}"
echo "== first run: $(($(date +%s) - started)) s"
started=$(date +%s%N)
inside ./run help >/dev/null
inside ./run setup
echo "== second set-up: $((($(date +%s%N) - started) / 1000000)) ms"
