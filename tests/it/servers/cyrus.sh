# Starts Cyrus below $1 with the user $2 and the password $3, says "ready", and ends it and removes
# $1 when its own input ends, which happens when the test process is gone.
dir=$1
export PATH="$PATH:/usr/sbin:/sbin"
umask 022

start() {
    mkdir -p "$dir/conf/socket" "$dir/conf/proc" "$dir/conf/db" "$dir/conf/log" "$dir/spool" &&
        echo "$3" | saslpasswd2 -p -c -f "$dir/sasldb2" -u localhost "$2" &&
        chown -R cyrus:mail "$dir" &&
        chmod 755 "$dir" &&
        cd / || return 1
    /usr/lib/cyrus/bin/master -C "$dir/imapd.conf" -M "$dir/cyrus.conf" -p "$dir/master.pid" -D &
    port=$(sed -n 's/.*imaps .*:\([0-9]*\)".*/\1/p' "$dir/cyrus.conf")
    waited=0
    until listens "$port"; do
        [ $waited -lt 100 ] || return 1
        sleep 0.1
        waited=$((waited + 1))
    done
}

listens() {
    grep -q ":$(printf %04X "$1") 00000000:0000 0A" /proc/net/tcp
}

stop() {
    pid=$(cat "$dir/master.pid" 2>/dev/null)
    [ -z "$pid" ] || kill "$pid" 2>/dev/null
    waited=0
    while [ -n "$pid" ] && [ -e "/proc/$pid/exe" ] && [ $waited -lt 50 ]; do
        sleep 0.1
        waited=$((waited + 1))
    done
    [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
    rm -rf "$dir"
}

if start "$@" </dev/null >"$dir/start.log" 2>&1; then
    echo ready
    cat >/dev/null
else
    cat "$dir/start.log"
fi
stop
