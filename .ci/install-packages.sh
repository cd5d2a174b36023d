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
need make make
need cc gcc

[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "These packages are missing, and only root can install them with apt-get:$missing" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
echo "Installing$missing" >&2
apt-get -qq update >&2
# shellcheck disable=SC2086
apt-get -qq install --yes --no-install-recommends $missing >&2
