#!/bin/sh
# Makes sure of the Debian packages that the tests with real servers need. It installs what is
# missing where it may (root, apt-get), and names it where it may not.
set -eu
PATH="$PATH:/usr/sbin:/sbin"

missing=
need() {
    [ -e "$1" ] || command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need /usr/lib/dovecot/imap dovecot-imapd
need /usr/lib/dovecot/lmtp dovecot-lmtpd
need postfix postfix
need faketime faketime
need strace strace
need systemd-analyze systemd
need /usr/lib/cyrus/bin/master cyrus-common
need saslpasswd2 sasl2-bin
need make make
need cc gcc

# Debian lets one package at a time serve mailboxes; the second server is unpacked beside it.
second=/var/lib/afterword-tests/cyrus
[ -n "$missing" ] || [ ! -d "$second" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Only root can install with apt-get what is missing:$missing cyrus-imapd" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
echo "Installing$missing" >&2
apt-get -qq update >&2
# shellcheck disable=SC2086
[ -z "$missing" ] || apt-get -qq install --yes --no-install-recommends $missing >&2
if [ ! -d "$second" ]; then
    unpacked=$(mktemp -d)
    chmod 755 "$unpacked"
    (cd "$unpacked" && apt-get -qq download cyrus-imapd >&2 && dpkg-deb -x cyrus-imapd_*.deb root)
    mkdir -p "$(dirname "$second")"
    mv "$unpacked/root" "$second"
    rm -rf "$unpacked"
fi
