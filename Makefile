# `make test` needs cargo, root, and the packages that .ci/install-packages.sh names and installs:
# the tests start a Dovecot and a Postfix of their own on loopback.

.PHONY: all check test

all: check test

check:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings

test:
	@sh .ci/install-packages.sh
	@if command -v cargo-nextest >/dev/null 2>&1; then cargo nextest run; else cargo test; fi
