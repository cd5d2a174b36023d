# `make test` needs cargo, root, and the packages that .ci/install-packages.sh names and installs:
# the tests start a Dovecot and a Postfix of their own on loopback.

.PHONY: all check test deny sbom deb

all: check test

check:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings

test:
	@sh .ci/install-packages.sh
	@if command -v cargo-nextest >/dev/null 2>&1; then cargo nextest run; else cargo test; fi

# Licences, sources and known faults of every crate; needs cargo-deny and the network.
deny:
	cargo deny check

# What the program is made of, as CycloneDX (afterword.cdx.json); needs cargo-cyclonedx.
sbom:
	cargo cyclonedx --format json

# A package for Debian in target/debian; needs cargo-deb.
deb:
	cargo build --release --locked
	mkdir -p target/package
	target/release/afterword man > target/package/afterword.1
	cargo deb --no-build --locked
