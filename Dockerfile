# tarn and nothing else: one static program, the certificates that webhooks over HTTPS are sent with, and a folder
# for its data. "make build image" makes the same tree without Docker.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
RUN make build image IMAGE=/image VERSION=$VERSION

FROM scratch
COPY --from=build /image /
COPY --from=build --chown=65532:65532 /image/data /data
ENV TARN_LISTEN=:3000
ENV TARN_DATABASE_URL=/data/tarn.db
ENV SQLITE_TMPDIR=/data
USER 65532:65532
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=5s CMD ["/tarn", "ready"]
ENTRYPOINT ["/tarn"]
CMD ["serve"]
