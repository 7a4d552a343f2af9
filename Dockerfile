# One image holds one service, or the gateway, with what it needs and nothing else:
#   docker build --build-arg SERVICE=roster --build-arg PYTHON_DIGEST=sha256:… --tag rabta-roster:0.1.0 .
#   docker run rabta-roster:0.1.0            the service; `relay` or `worker` after it runs those instead
ARG SERVICE
# Pins the base image of all five. None by default: without it no image is built, instead of one on whatever the tag means that day.
ARG PYTHON_DIGEST

FROM python:3.11-slim-bookworm@${PYTHON_DIGEST} AS python
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

FROM python AS installed
ARG SERVICE
COPY requirements/${SERVICE}.txt /tmp/requirements.txt
RUN python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --no-cache-dir --require-hashes -r /tmp/requirements.txt

FROM python AS runtime
ENV PATH=/venv/bin:$PATH
WORKDIR /app
COPY --from=installed /venv /venv
COPY schoolbus schoolbus
USER 10001:10001
EXPOSE 8000

FROM runtime AS service
ARG SERVICE
ENV SERVICE=${SERVICE}
COPY services/${SERVICE} services/${SERVICE}
ENTRYPOINT ["/bin/sh", "-c", "exec python -m schoolbus \"$1\" \"$SERVICE\"", "rabta"]
CMD ["serve"]

FROM runtime AS gateway
COPY gateway gateway
EXPOSE 9000
ENTRYPOINT ["python", "-m", "gateway"]

FROM service AS roster
FROM service AS meetings
FROM service AS reports
USER 0:0
RUN apt-get update && apt-get install --yes --no-install-recommends libjemalloc2 && rm -rf /var/lib/apt/lists/*
USER 10001:10001
# typst allocates and frees all the time: a seventh of a card's time is the C library's allocator.
ENV LD_PRELOAD=libjemalloc.so.2
FROM service AS notifications
USER 0:0
RUN apt-get update && apt-get install --yes --no-install-recommends espeak-ng opus-tools && rm -rf /var/lib/apt/lists/*
USER 10001:10001

FROM ${SERVICE}
ARG RELEASE=unreleased
ENV RELEASE=${RELEASE}
