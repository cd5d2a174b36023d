# Builds the program from its lock file, and leaves it alone in a small image: no compiler, no
# shell for its user, no secret. All of the user's lies in the volume /data.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /data \
        --shell /usr/sbin/nologin afterword \
    && install --directory --owner=afterword --group=afterword --mode=0700 /data
COPY --from=build /build/target/release/afterword /usr/local/bin/afterword
COPY --from=build /build/LICENSE /build/LICENSE-MIT /build/LICENSE-APACHE /usr/share/doc/afterword/
USER afterword
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=5m --timeout=30s --start-period=15m --retries=3 \
    CMD ["afterword", "--config", "/data/config.toml", "health"]
ENTRYPOINT ["afterword", "--config", "/data/config.toml"]
CMD ["run"]
