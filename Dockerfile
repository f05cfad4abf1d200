# Four targets: `build` and `assets` (packages), `portal` (what is run), `sandbox` (a Microsoft cloud in a box, never production).

FROM python:3.11-slim AS build
RUN python -m venv --without-pip /venv
COPY requirements.txt /
RUN pip --python /venv/bin/python install --no-cache-dir --require-hashes --no-deps -r /requirements.txt

FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm run --silent assets

FROM python:3.11-slim AS sandbox
RUN groupadd --gid 10001 gatehouse && useradd --uid 10001 --gid 10001 --no-create-home gatehouse \
    && mkdir /pki /state && chown 10001:10001 /pki /state
COPY requirements-dev.txt /
RUN pip install --no-cache-dir --require-hashes --no-deps -r /requirements-dev.txt
WORKDIR /app
COPY sandbox sandbox
RUN python -m compileall -q /app
USER 10001:10001
CMD ["python", "-m", "sandbox", "--host=0.0.0.0", "--name=sandbox.localhost", "--state=/state", "--ca=/pki/ca.pem", \
     "--registrations=/run/secrets", "--seed=demo"]

FROM python:3.11-slim AS portal
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN groupadd --gid 10001 gatehouse && useradd --uid 10001 --gid 10001 --no-create-home gatehouse
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY portal portal
COPY access access
COPY onboarding onboarding
COPY tenants tenants
COPY templates templates
COPY static static
COPY --from=assets /app/node_modules/.assets node_modules/.assets
COPY --from=assets /app/node_modules/.fonts node_modules/.fonts
RUN SECRET_KEY=only-to-collect python manage.py collectstatic --no-input
RUN python -m compileall -q /app && mkdir var && chown 10001:10001 var
USER 10001:10001
CMD ["gunicorn", "portal.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=4", "--worker-tmp-dir=/tmp"]
