# `make test` needs cargo, root, and the packages that .ci/install-packages.sh names and installs:
# the tests start a Dovecot and a Postfix of their own on loopback.

.PHONY: all check test walk deny sbom reproducible figures deb

all: check test

check:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings

test:
	@sh .ci/install-packages.sh
	@if command -v cargo-nextest >/dev/null 2>&1; then cargo nextest run; else cargo test; fi

# The first minutes at a terminal, with a password and with a browser: each line that is waited for,
# and the seconds it takes to come.
walk:
	@sh .ci/install-packages.sh
	cargo test --quiet --test it -- --exact --nocapture --test-threads=1 \
		set_up::at_a_terminal::a_newcomer_types_the_answers_and_the_password_is_seen_nowhere \
		set_up::by_browser::a_newcomer_signs_in_with_a_browser_and_no_secret_is_shown_or_configured

# Licences, sources and known faults of every crate; needs cargo-deny and the network.
deny:
	cargo deny check

# What the program is made of, as CycloneDX (afterword.cdx.json); needs cargo-cyclonedx.
sbom:
	cargo cyclonedx --format json

# Builds the program twice, each time from nothing and at the same place, and compares the two.
reproducible:
	rm -rf target/again
	cargo build --release --locked --target-dir target/again
	mv target/again/release/afterword target/afterword-first
	rm -rf target/again
	cargo build --release --locked --target-dir target/again
	cmp target/afterword-first target/again/release/afterword

# How many bytes the program has, and how long a hundred starts of it take.
figures:
	cargo build --release --locked
	wc -c target/release/afterword
	bash -c 'time for n in {1..100}; do target/release/afterword --version > /dev/null; done'

# A package for Debian in target/debian; needs cargo-deb.
deb:
	cargo build --release --locked
	mkdir -p target/package
	target/release/afterword man > target/package/afterword.1
	cargo deb --no-build --locked
