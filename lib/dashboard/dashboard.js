/**
 * Shows one task and its steps, and polls the REST API each second until the task is final. The address is
 * `#/tasks/<id>`.
 */

import { readAnswer } from './answer.js';
import { offerLogin, showSession, whenSignedOut } from './login.js';
import { headersOf, keepToken, keptToken } from './token.js';

const REFRESH_MS = 1_000;
/** The time limit for an answer, in milliseconds. */
const PATIENCE_MS = 15_000;
const NODE = { width: 190, height: 46, gapX: 60, gapY: 18, margin: 16 };

const search = document.querySelector('#search');
const access = document.querySelector('#access');
const notice = document.querySelector('#notice');
const view = document.querySelector('#task');

/**
 * The shown task. Replaced as a whole when the address changes, so that late answers for an old address are ignored.
 */
let current = { id: null, text: '', open: new Set(), timer: undefined };

search.addEventListener('submit', (event) => {
  event.preventDefault();
  location.hash = `#/tasks/${encodeURIComponent(search.elements.id.value.trim())}`;
});
access.addEventListener('submit', (event) => {
  event.preventDefault();
  keepToken(sessionStorage, access.elements.token.value);
  access.elements.token.value = '';
  if (current.id !== null) show(current.id);
});
access.hidden = keptToken(sessionStorage) === '';
window.addEventListener('hashchange', follow);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh(current);
});
whenSignedOut(() => current.id !== null && show(current.id));
void showSession();
follow();

/** Shows the task that the address names, and opens the named step. */
function follow() {
  const [, id, step] = /^#\/tasks\/([^/]+)(?:\/steps\/(.+))?$/.exec(location.hash) ?? [];
  if (id !== undefined && decoded(id) !== current.id) show(decoded(id));
  if (step !== undefined) reveal(decoded(step));
  if (current.id === null) tell('Enter the id of a task.');
}

/** A typed address may contain a literal `%`. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function show(id) {
  clearTimeout(current.timer);
  current = { id, text: '', open: new Set(), timer: undefined };
  search.elements.id.value = id;
  view.replaceChildren();
  tell(`Loading task ${id} …`);
  refresh(current);
}

async function refresh(shown) {
  clearTimeout(shown.timer);
  if (shown.id === null || document.hidden) return;
  const { text, task, fault, again, waitMs, needsToken } = await load(shown);
  if (shown !== current) return;
  if (needsToken) {
    access.hidden = false;
    offerLogin();
  }
  const isShown = !task || text === shown.text || attempt(() => render(task));
  if (isShown) tell(fault);
  shown.text = isShown ? text : '';
  clearTimeout(shown.timer);
  if (again) shown.timer = setTimeout(() => refresh(shown), waitMs ?? REFRESH_MS);
}

/** Shows the answer, or a message about it. Returns whether the answer could be shown. */
function attempt(work) {
  try {
    work();
    return true;
  } catch (error) {
    console.error(error);
    tell(`This page cannot show the answer of the server: ${error.message}.`);
    return false;
  }
}

/**
 * Returns the result of `readAnswer`, with the text of the answer. Redirects are not followed: they lead to a login
 * page, which on another origin would look like an unreachable server.
 */
async function load(shown) {
  try {
    const address = new URL(`../tasks/${encodeURIComponent(shown.id)}`, import.meta.url);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const headers = { accept: 'application/json', ...headersOf(sessionStorage) };
    const response = await fetch(address, { headers, cache: 'no-cache', redirect: 'manual', signal });
    const text = await response.text();
    const { status } = response;
    return { text, ...readAnswer({ status, retryAfter: response.headers.get('retry-after'), text }) };
  } catch {
    return { text: shown.text, fault: 'The server does not answer. Trying again …', again: true };
  }
}

/** Screen readers read each text that is written to a live region, so the same text is not written twice. */
function tell(text) {
  if (notice.textContent !== text) notice.textContent = text;
}

function render(task) {
  document.title = `Task ${task.id}: ${inWords(task.state)}`;
  const focused = document.activeElement?.id;
  const scrolled = view.querySelector('.graph')?.scrollLeft ?? 0;
  view.replaceChildren(
    ...overview(task),
    heading('Graph'),
    graph(task),
    heading('Steps'),
    ...task.steps.map(stepPanel),
  );
  view.querySelector('.graph').scrollLeft = scrolled;
  if (focused) document.getElementById(focused)?.focus();
}

function overview(task) {
  const { summary } = task;
  const progress = element('progress', { max: 100, value: summary.completionPercentage, 'aria-label': 'Steps done' });
  return [
    element('div', { class: 'headline' }, [
      element('h2', {}, [`${task.namespace}/${task.name}`]),
      element('span', { class: 'faint' }, [`version ${task.version}, task ${task.id}`]),
      badge(task.state),
    ]),
    progress,
    facts({
      Steps: `${summary.completedSteps} of ${summary.totalSteps} done, ${summary.inProgressSteps} running, ${summary.failedSteps} failed`,
      Outlook: `${inWords(summary.executionStatus)} (${summary.healthStatus})`,
      Requested: instant(task.requestedAt),
      Completed: instant(task.completedAt),
      Initiator: task.initiator,
      Source: task.sourceSystem,
      Reason: task.reason,
      Tags: task.tags.join(', '),
    }),
    panel('context', 'Context', [json(task.context)]),
  ];
}

function stepPanel(step) {
  const title = element('span', {}, [
    element('strong', {}, [step.name]),
    ' ',
    badge(stateOf(step)),
    ' ',
    element('span', { class: 'faint' }, [`attempt ${step.attempts} of ${step.retryLimit}`]),
    ' ',
    step.error && element('span', { class: 'error-text' }, [step.error.message]),
  ]);
  const content = [
    facts({
      Id: step.id,
      'Depends on': step.dependsOn.join(', '),
      Started: instant(step.startedAt),
      'Latest attempt': instant(step.lastAttemptedAt),
      Finished: instant(step.processedAt),
      'Next retry': instant(step.nextRetryAt),
    }),
    step.error && element('div', {}, ['Error', json(step.error)]),
    step.results !== null && element('div', {}, ['Results', json(step.results)]),
  ];
  return panel(`step-${step.name}`, title, content, `state-${stateOf(step)}`);
}

/** A section that stays open or closed when the page is drawn again. */
function panel(id, title, content, className = '') {
  const { open } = current;
  const details = element('details', { class: className, 'data-panel': id }, [
    element('summary', { id: `${id}-summary` }, [title]),
    ...content,
  ]);
  details.open = open.has(id);
  details.addEventListener('toggle', () => (details.open ? open.add(id) : open.delete(id)));
  return details;
}

function reveal(stepName) {
  current.open.add(`step-${stepName}`);
  const details = [...view.querySelectorAll('details')].find(({ dataset }) => dataset.panel === `step-${stepName}`);
  if (!details) return;
  details.open = true;
  details.scrollIntoView({ block: 'nearest' });
  details.querySelector('summary').focus();
}

/** Draws steps in columns, each to the right of the steps that it depends on. */
function graph(task) {
  const places = layOut(task.steps);
  const columns = Math.max(0, ...[...places.values()].map(({ column }) => column)) + 1;
  const rows = Math.max(0, ...[...places.values()].map(({ row }) => row)) + 1;
  const width = 2 * NODE.margin + columns * (NODE.width + NODE.gapX) - NODE.gapX;
  const height = 2 * NODE.margin + rows * (NODE.height + NODE.gapY) - NODE.gapY;
  const edges = task.steps.flatMap((step) =>
    step.dependsOn.map((parent) => edge(places.get(parent), places.get(step.name))),
  );
  const nodes = task.steps.map((step) => node(task, step, places.get(step.name)));
  const drawing = svg('svg', { width, height, viewBox: `0 0 ${width} ${height}` }, [...edges, ...nodes]);
  return element('div', { class: 'graph' }, [task.steps.length === 0 ? 'This task has no steps.' : drawing]);
}

/** Each step comes after its dependencies, so its parents already have their places. */
function layOut(steps) {
  const places = new Map();
  const used = [];
  for (const { name, dependsOn } of steps) {
    const column = Math.max(-1, ...dependsOn.map((parent) => places.get(parent).column)) + 1;
    const row = used[column] ?? 0;
    used[column] = row + 1;
    const x = NODE.margin + column * (NODE.width + NODE.gapX);
    const y = NODE.margin + row * (NODE.height + NODE.gapY);
    places.set(name, { column, row, x, y });
  }
  return places;
}

function edge(from, to) {
  const [x1, y1] = [from.x + NODE.width, from.y + NODE.height / 2];
  const [x2, y2] = [to.x, to.y + NODE.height / 2];
  const bend = NODE.gapX / 2;
  return svg('path', { d: `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}` });
}

function node(task, step, { x, y }) {
  const state = stateOf(step);
  const href = `#/tasks/${encodeURIComponent(task.id)}/steps/${encodeURIComponent(step.name)}`;
  const name = step.name.length > 25 ? `${step.name.slice(0, 24)}…` : step.name;
  return svg('a', { href, id: `node-${step.name}`, class: `state-${state}` }, [
    svg('title', {}, [`${step.name}: ${inWords(state)}`]),
    svg('rect', { x, y, width: NODE.width, height: NODE.height, rx: 6 }),
    svg('text', { x: x + 10, y: y + 19 }, [name]),
    svg('text', { x: x + 10, y: y + 36, class: 'state' }, [inWords(state)]),
  ]);
}

/** Distinguishes a failed step that will be retried from one that will not. */
function stateOf({ state, nextRetryAt }) {
  return state === 'error' && nextRetryAt !== null ? 'retrying' : state;
}

function badge(state) {
  return element('span', { class: `state state-${state}` }, [inWords(state)]);
}

function facts(pairs) {
  const known = Object.entries(pairs).filter(([, value]) => value !== null && value !== '');
  return element(
    'dl',
    {},
    known.flatMap(([name, value]) => [element('dt', {}, [name]), element('dd', {}, [value])]),
  );
}

function instant(iso) {
  return iso === null ? null : element('time', { datetime: iso }, [new Date(iso).toLocaleString()]);
}

function json(value) {
  return element('pre', {}, [JSON.stringify(value, null, 2)]);
}

function heading(text) {
  return element('h3', {}, [text]);
}

function inWords(name) {
  return name.replaceAll('_', ' ');
}

function element(tag, attributes, children = []) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, children = []) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/** Sets only text nodes and attributes, so that no data of a task is parsed as HTML. */
function fill(target, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
  target.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return target;
}
