import type { NewFile } from '../../writing/write.files';
import type { AppChoice } from '../app.options';
import type { Workflow } from '../workflow';

export function readmeFile(choice: AppChoice): NewFile {
  const { name, tests, docker, graphql } = choice;
  const parts = [
    `# ${name}\n\nWorkflows on [nestjs-tasker](https://www.npmjs.com/package/nestjs-tasker): durable, on PostgreSQL.`,
    start(choice),
    workflows(choice),
    ...(graphql ? [GRAPHQL] : []),
    checks(tests),
    settings(choice),
    ...(docker ? [DOCKER] : []),
  ];
  return { path: 'README.md', text: `${parts.join('\n\n')}\n` };
}

function start({ apiBaseUrl }: AppChoice): string {
  const api =
    apiBaseUrl === null
      ? 'It works without network: carts, products and users are those of a stub (`src/stub`), until `API_BASE_URL` names an API.'
      : `Carts, products and users are those of ${apiBaseUrl}. Set \`API_BASE_URL\` for another API.`;
  return `## Run it

\`\`\`bash
npm install
npx nestjs-tasker dev-database -- npm start
\`\`\`

This starts a PostgreSQL for development, whose data is kept in \`.tasker/database\`, and the application on it. Watch tasks at
<http://localhost:3000/tasker/dashboard>. ${api}`;
}

function workflows({ workflows: all }: AppChoice): string {
  return `## Workflows

${all.map(described).join('\n')}

The templates are in \`config/tasker/tasks\`. After a change, run \`npm run tasker:types\`, by which the compiler knows them. A running task
relies on its template, so give a changed one a new version. Start a task:

\`\`\`bash
${request(all[0]!)}
\`\`\`

\`GET /tasker/tasks/:id\` answers its steps, attempts, errors and results.`;
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

At <http://localhost:3000/tasker/graphql>.`;

function checks(tests: boolean): string {
  const test = `npm test                 # rules, and workflows on a PostgreSQL of their own\n`;
  return `## Check it

\`\`\`bash
${tests ? test : ''}npm run acceptance       # starts it on an empty database, and a task of each workflow by REST
npm run lint
npm run tasker:validate  # the templates
\`\`\``;
}

function settings({ apiBaseUrl }: AppChoice): string {
  const preset = apiBaseUrl ?? 'the stub';
  return `## Settings

- \`DATABASE_URL\`, required: PostgreSQL 14 or later. The tables are made at the first start.
- \`API_BASE_URL\`, ${preset} unless set: an API like that of dummyjson.com, with \`POST /orders/add\` in addition, which that one does not have.
- \`PORT\`, 3000 unless set: where it listens.
- \`RUNS_STEPS\`: with \`false\`, this process takes requests and leaves the steps to others.
- \`NODE_ENV\`, development unless set: which overlay of the templates applies. In development, the handlers log more.`;
}

const DOCKER = `## In containers

\`\`\`bash
npm install  # makes the package-lock.json that the image is built by
docker compose up --build
\`\`\``;
