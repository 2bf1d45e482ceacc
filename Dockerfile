# One image for bot, workers and migrations; docker-compose.yml says which is which.
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends libegl1 libgl1 libgl1-mesa-dri libgomp1 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 whoseprint \
 && install -d -o whoseprint /srv/whoseprint /opt/numba

WORKDIR /opt/whoseprint
ENV UV_PROJECT_ENVIRONMENT=/opt/venv \
    UV_PYTHON_DOWNLOADS=never \
    PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYOPENGL_PLATFORM=egl \
    NUMBA_CACHE_DIR=/opt/numba \
    OMP_NUM_THREADS=1 \
    WHOSEPRINT_DATA_DIR=/srv/whoseprint \
    WHOSEPRINT_LOG_FORMAT=json

# dependencies first: they change less often than the code
COPY pyproject.toml uv.lock README.md ./
RUN pip install --no-cache-dir uv==0.13.9 \
 && uv sync --frozen --no-dev --extra s3 --no-install-project --no-cache --compile-bytecode

COPY alembic alembic
COPY whoseprint whoseprint
COPY bot bot
COPY workers workers
COPY catalog catalog
COPY vision vision
COPY sandbox sandbox
COPY samples samples
# installed in place: catalog/migrations.py finds alembic/ beside the packages
RUN uv sync --frozen --no-dev --extra s3 --no-cache

USER whoseprint
# the first import of rembg and numba's compiling, once, here and not in front of a waiting worker
RUN whoseprint warm-up
VOLUME /srv/whoseprint
ENTRYPOINT ["whoseprint"]
CMD ["doctor"]
