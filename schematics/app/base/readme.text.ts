import type { NewFile } from '../../writing/write.files';
import type { AppChoice } from '../app.options';
import type { Workflow } from '../workflow';

export function readmeFile(choice: AppChoice): NewFile {
  const { name, tests, docker, graphql, observability } = choice;
  const parts = [
    `# ${name}\n\nDurable workflows on PostgreSQL, with [nestjs-tasker](https://www.npmjs.com/package/nestjs-tasker).`,
    start(choice),
    workflows(choice),
    ...(graphql ? [GRAPHQL] : []),
    ...(observability ? [metrics(docker)] : []),
    checks(tests),
    settings(choice),
    ...(docker ? [DOCKER] : []),
  ];
  return { path: 'README.md', text: `${parts.join('\n\n')}\n` };
}

function start({ apiBaseUrl }: AppChoice): string {
  const api =
    apiBaseUrl === null
      ? 'It works without a network: carts, products and users come from a stub (`src/stub`) unless `API_BASE_URL` names an API.'
      : `Carts, products and users come from ${apiBaseUrl}. Set \`API_BASE_URL\` to use another API.`;
  return `## Run it

\`\`\`bash
npm install
npx nestjs-tasker dev-database -- npm start
\`\`\`

This starts a PostgreSQL server for development, which keeps its data in \`.tasker/database\`, and then the application. Watch tasks at
<http://localhost:3000/tasker/dashboard>. ${api}`;
}

function workflows({ workflows: all }: AppChoice): string {
  return `## Workflows

${all.map(described).join('\n')}

The templates are in \`config/tasker/tasks\`. After a change, run \`npm run tasker:types\` to update their types for the compiler. Running tasks
rely on their template, so give a changed template a new version. Start a task:

\`\`\`bash
${request(all[0]!)}
\`\`\`

\`GET /tasker/tasks/:id\` shows its steps, attempts, errors and results.`;
}

function described({ name, task, description, example }: Workflow): string {
  return `- **${name}/${task}** ${description}. Try it with \`${example}\`. Code: \`src/${name}\`.`;
}

function request({ name, task, example }: Workflow): string {
  const body = `{"namespace":"${name}","name":"${task}","version":"1.0.1","context":${JSON.stringify(JSON.parse(example))}}`;
  return `curl -X POST localhost:3000/tasker/tasks -H 'content-type: application/json' \\
  -d '${body}'`;
}

const GRAPHQL = `## GraphQL

The GraphQL API is at <http://localhost:3000/tasker/graphql>.`;

function metrics(docker: boolean): string {
  const where = docker ? ' In containers, Prometheus runs at <http://localhost:9090>.' : '';
  return `## Metrics

The metrics for Prometheus are at <http://localhost:9464/metrics>.${where} Each process has metrics of its own, so queries add up those of all processes. Examples:

- \`sum by (task, event) (rate(tasker_tasks_total[5m]))\`: tasks that end per second
- \`sum by (task, step) (increase(tasker_step_duration_count{event="step.failed"}[1h]))\`: failed attempts in the last hour
- \`histogram_quantile(0.95, sum by (le, step) (rate(tasker_step_duration_bucket[5m])))\`: seconds within which 95 % of the attempts end`;
}

function checks(tests: boolean): string {
  const test = `npm test                 # business rules, and workflows on a temporary PostgreSQL\n`;
  return `## Check it

\`\`\`bash
${tests ? test : ''}npm run acceptance       # starts the application on an empty database, and a task of each workflow over REST
npm run lint
npm run tasker:validate  # the templates
\`\`\``;
}

function settings({ apiBaseUrl, observability }: AppChoice): string {
  const preset = apiBaseUrl ?? 'the stub';
  return `## Settings

- \`DATABASE_URL\`, required: a PostgreSQL 14 or later. The tables are created at the first start.
- \`API_BASE_URL\`, by default ${preset}: an API like that of dummyjson.com, but which also has \`POST /orders/add\`.
- \`PORT\`, by default 3000: the port of the application.
${observability ? METRICS_PORT : ''}- \`RUNS_STEPS\`: with \`false\`, this process accepts requests and leaves the steps to other processes.
- \`NODE_ENV\`, by default \`development\`: selects the overlay of the templates. In development, the handlers log more.`;
}

const METRICS_PORT = '- `METRICS_PORT`, by default 9464: the port of the metrics.\n';

const DOCKER = `## In containers

\`\`\`bash
npm install  # writes the package-lock.json that the image needs
docker compose up --build
\`\`\``;
