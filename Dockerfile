# The images of the project, by docker (BuildKit) or buildah:
#   docker build --target orchestrator --tag bio-mcp-orchestrator:v1.0.0 .
#   docker build --target upstreams --tag bio-mcp-upstreams:v1.0.0 .
# pip asks an index of your own with --build-arg PIP_INDEX_URL=…, and none at all with
# --build-arg PIP_NO_INDEX=1 --build-context wheels=FOLDER, which is what `plumb` does.

# Any image with Python 3.11 to 3.13 as python3, its venv module, and useradd.
ARG BASE=python:3.13-slim-trixie

# Empty, unless a build context of this name takes its place.
FROM scratch AS wheels

# Pinned packages go into a virtual environment that has no pip of its own.
FROM ${BASE} AS pip
RUN python3 -m venv /opt/pip && python3 -m venv --without-pip /opt/venv
ENV PIP_NO_CACHE_DIR=1 PIP_NO_COMPILE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

# Bytecode is not checked against its source: a root that is read-only has no other.
FROM pip AS orchestrator-packages
COPY requirements/runtime.txt /opt/
ARG PIP_INDEX_URL
ARG PIP_NO_INDEX
RUN --mount=type=bind,from=wheels,target=/opt/wheels \
    /opt/pip/bin/pip --python /opt/venv install --find-links /opt/wheels --require-hashes -r /opt/runtime.txt \
    && find /opt/venv -type d -name tests -prune -exec rm -r '{}' + \
    && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv/lib

FROM pip AS upstreams-packages
COPY requirements/upstreams.txt /opt/
ARG PIP_INDEX_URL
ARG PIP_NO_INDEX
RUN --mount=type=bind,from=wheels,target=/opt/wheels \
    /opt/pip/bin/pip --python /opt/venv install --find-links /opt/wheels --require-hashes -r /opt/upstreams.txt \
    && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv/lib

# The service's packages, the command that starts it, and the version that it reports.
FROM ${BASE} AS orchestrator-code
WORKDIR /app
COPY pyproject.toml /opt/
COPY profiles profiles
COPY runtime runtime
RUN mkdir bin plumbline.dist-info \
    && { echo 'Metadata-Version: 2.1'; echo 'Name: plumbline'; \
         sed -n 's/^version = "\(.*\)"$/Version: \1/p' /opt/pyproject.toml; } > plumbline.dist-info/METADATA \
    && { echo '#!/opt/venv/bin/python3'; echo 'from runtime.cli import main'; echo 'main()'; } > bin/orchestrator \
    && chmod 755 bin/orchestrator \
    && python3 -m compileall -q --invalidation-mode unchecked-hash .

FROM ${BASE} AS upstreams-code
WORKDIR /app
COPY upstreams upstreams
RUN python3 -m compileall -q --invalidation-mode unchecked-hash .

# What both images are: a user, an environment, and no bytecode written beside the code.
FROM ${BASE} AS user
RUN useradd --uid 1000 --user-group --create-home --shell /usr/sbin/nologin appuser
ENV PATH=/app/bin:/opt/venv/bin:/usr/local/bin:/usr/bin:/bin PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
USER 1000:1000

FROM user AS upstreams
COPY --from=upstreams-packages /opt/venv /opt/venv
COPY --from=upstreams-code /app /app
EXPOSE 8090
ENTRYPOINT ["python3", "-m", "upstreams"]
CMD ["--host", "0.0.0.0", "--port", "8090"]

FROM user AS orchestrator
COPY --from=orchestrator-packages /opt/venv /opt/venv
COPY --from=orchestrator-code /app /app
EXPOSE 8000 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["orchestrator", "health"]
ENTRYPOINT ["orchestrator"]
CMD ["serve", "--host", "0.0.0.0"]
