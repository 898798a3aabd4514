import type { NewFile } from '../../writing/write.files';
import type { AppChoice } from '../app.options';

export function acceptanceScript(choice: AppChoice): NewFile {
  return { path: 'scripts/acceptance.mjs', text: text(choice) };
}

function text({ workflows, graphql, observability }: AppChoice): string {
  return `/**
 * Starts the built application on a database of its own and on the stub of the
 * API, starts a task of each workflow by REST, and waits for its end.
 * Exits with 0 when all of them ended as expected, else with 1.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { testDatabase } from 'nestjs-tasker/testing';
import { startStubApi } from '../dist/stub/stub.api.js';

const CASES = [
${workflows.map((workflow) => workflow.acceptance).join('')}];

const deadline = Date.now() + 60_000;
const port = await freePort();
${observability ? 'const metricsPort = await freePort();\n' : ''}const api = await startStubApi();
const database = await testDatabase();
const app = spawn(process.execPath, ['dist/main.js'], {
  env: {
    ...process.env,
    PORT: String(port),
${observability ? '    METRICS_PORT: String(metricsPort),\n' : ''}    DATABASE_URL: database.url,
    API_BASE_URL: api.url,
  },
  stdio: ['ignore', 'ignore', 'inherit'],
});
try {
  await until('the application is ready', isReady);
  for (const each of CASES) await check(each);
${graphql ? GRAPHQL : ''}${observability ? METRICS : ''}} catch (error) {
  console.error(\`FAILED  \${error.message}\`);
  process.exitCode = 1;
} finally {
  if (isRunning() && app.kill('SIGTERM')) await once(app, 'exit');
  await database.drop();
  await api.stop();
}

async function check({ task, context, step, expected }) {
  const label = \`\${task.namespace}/\${task.name}\`;
  const { id } = await ask('/tasks', { ...task, context });
  const ended = await until(\`\${label} has ended\`, async () => {
    const found = await ask(\`/tasks/\${id}\`);
    return ['complete', 'error'].includes(found.state) && found;
  });
  if (ended.state === 'error') {
    const { name, error } = ended.steps.find(({ state }) => state === 'error');
    throw new Error(\`\${label} failed at \${name}: \${error.message}\`);
  }
  const { results } = ended.steps.find(({ name }) => name === step);
  for (const [key, value] of Object.entries(expected)) {
    const found = results[key];
    if (found !== value) throw new Error(\`\${label}: \${key} is \${found}\`);
  }
  console.log(\`PASSED  \${label}\`);
}

async function ask(path, body) {
  const posted = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const answer = await fetch(address(path), body && posted);
  if (answer.ok) return answer.json();
  throw new Error(\`\${path}: \${answer.status} \${await answer.text()}\`);
}

async function isReady() {
  const answer = await fetch(address('/health/ready')).catch(() => null);
  return answer?.ok;
}

/** Asks until there is an answer. */
async function until(what, question) {
  while (isRunning() && Date.now() < deadline) {
    const answer = await question();
    if (answer) return answer;
    await sleep(100);
  }
  if (!isRunning()) throw new Error('The application ended early');
  throw new Error(\`A minute was too short until \${what}\`);
}

function isRunning() {
  return app.exitCode === null && app.signalCode === null;
}

function address(path) {
  return \`http://127.0.0.1:\${port}/tasker\${path}\`;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
`;
}

const GRAPHQL = `  const { data } = await ask('/graphql', { query: '{ __typename }' });
  if (data.__typename !== 'Query') throw new Error('GraphQL does not answer');
  console.log('PASSED  GraphQL');
`;

const METRICS = `  const measured = await fetch(\`http://127.0.0.1:\${metricsPort}/metrics\`);
  const counted = /^tasker_tasks_total\\{event="task\\.completed"/m;
  if (!counted.test(await measured.text()))
    throw new Error('No task is counted');
  console.log('PASSED  metrics');
`;
