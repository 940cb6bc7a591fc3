# Built in one stage, run in another that holds only what runs: no sources, no tools, no root.

FROM node:24-slim AS build
WORKDIR /kept
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:24-slim
LABEL org.opencontainers.image.title="Kept" \
      org.opencontainers.image.description="Sees to it that every promise made to a customer is kept." \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    KEPT_DATA_DIR=/data
WORKDIR /kept
COPY package.json package-lock.json LICENSE ./
RUN npm ci --omit=dev && npm cache clean --force
COPY --from=build /kept/dist ./dist
# The embedded database lies here, where DATABASE_URL is not set. It wants to be its user's alone.
RUN install --directory --owner=node --group=node --mode=0700 /data
VOLUME /data
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
# Health is whether the process answers; whether it can do its work is told by /readyz.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((it) => process.exit(it.ok ? 0 : 1), () => process.exit(1))"]
# No npm in between: signals reach Kept itself, which stops within 10 seconds.
CMD ["node", "--enable-source-maps", "--max-semi-space-size=64", "dist/src/main.js"]
