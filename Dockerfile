# ttsd in a container. Build: docker build --build-arg TTSD_COMMIT=$(git rev-parse --short HEAD) -t ttsd .
# Run: docker compose up
# The base of the last stage; compose.yaml names one with CUDA for its variant.
ARG BASE=debian:bookworm-slim

FROM node:24-bookworm-slim AS build
WORKDIR /src
RUN npm install --global npm@11
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
# What `tts --version` says beside the version.
ARG TTSD_COMMIT=
# The model runtime comes with the libraries of other systems, 220 MB of them.
RUN npm run build \
    && npm prune --omit=dev --ignore-scripts \
    && rm -r node_modules/onnxruntime-node/bin/*/win32 node_modules/onnxruntime-node/bin/*/darwin

FROM ${BASE}
LABEL org.opencontainers.image.title="ttsd" \
      org.opencontainers.image.description="A speech daemon that never loses a job" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /src/package.json /src/LICENSE /opt/ttsd/
COPY --from=build /src/bin /opt/ttsd/bin
COPY --from=build /src/dist /opt/ttsd/dist
COPY --from=build /src/models /opt/ttsd/models
COPY --from=build /src/voices /opt/ttsd/voices
COPY --from=build /src/node_modules /opt/ttsd/node_modules
RUN ln -s /opt/ttsd/bin/tts.js /usr/local/bin/tts \
    && ln -s /opt/ttsd/bin/ttsd.js /usr/local/bin/ttsd \
    && groupadd --gid 10004 ttsd \
    && useradd --uid 10004 --gid ttsd --no-create-home --home-dir /data ttsd \
    && install --directory --owner=ttsd --group=ttsd --mode=0700 /data
USER 10004:10004
ENV TTSD_DATA_DIR=/data \
    TTSD_HOST=0.0.0.0 \
    TTSD_PORT=8004 \
    TTS_AUTOSTART=0 \
    NODE_COMPILE_CACHE=/tmp/node-cache
VOLUME ["/data"]
EXPOSE 8004
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["tts", "daemon", "status", "--timeout", "4"]
ENTRYPOINT ["ttsd"]
