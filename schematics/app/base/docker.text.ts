import type { NewFile } from '../../writing/write.files';
import type { AppChoice } from '../app.options';

const DOCKERFILE = `FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
# The PostgreSQL for development is an optional dependency and is not needed in the image.
RUN npm prune --omit=dev --omit=optional

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY config ./config
USER node
EXPOSE 3000
CMD ["node", "dist/main.js"]
`;

function compose(observability: boolean): string {
  return `services:
  app:
    build: .
    init: true
    ports: ['3000:3000']
    environment:
      DATABASE_URL: \${DATABASE_URL:-postgres://tasker:tasker@postgres:5432/tasker}
      API_BASE_URL: \${API_BASE_URL:-}
    depends_on:
      postgres: { condition: service_healthy }
    healthcheck:
      test:
        - CMD
        - node
        - -e
        - fetch('http://127.0.0.1:3000/tasker/health/ready').then(({ ok }) => process.exit(Number(!ok)))
      interval: 10s
      start_period: 30s
    stop_grace_period: 20s # more than the 10 s that a worker gives its steps to finish

  postgres:
    image: postgres:18
    environment:
      POSTGRES_USER: tasker
      POSTGRES_PASSWORD: tasker
      POSTGRES_DB: tasker
    volumes: ['postgres:/var/lib/postgresql']
    healthcheck:
      test: [CMD, pg_isready, -U, tasker]
      interval: 5s
      retries: 5
${observability ? PROMETHEUS : ''}
volumes:
  postgres:
`;
}

const PROMETHEUS = `
  prometheus:
    image: prom/prometheus:v3.5.0
    ports: ['9090:9090']
    volumes: ['./prometheus.yml:/etc/prometheus/prometheus.yml:ro']
`;

export function dockerFiles({ observability }: AppChoice): readonly NewFile[] {
  return [
    { path: 'Dockerfile', text: DOCKERFILE },
    { path: '.dockerignore', text: 'node_modules\ndist\ncoverage\n.git\n.tasker\n.env*\n' },
    { path: 'compose.yaml', text: compose(observability) },
  ];
}
