import { SAMPLE_ORDER } from '../unit/sample-app/ecommerce/order.factory.js';
import type { DocumentedOperation } from './documented.operations.js';
import type { FullShop } from './full.shop.js';
import { CHECKOUT } from './shop.host.js';

/** A request for an operation, still without its verb. */
export interface Asking {
  /** Null: it does not say who asks. */
  readonly user: string | null;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON; a text as it is. */
  readonly body: unknown;
}

const ORDER = { ...CHECKOUT, context: SAMPLE_ORDER };
/** An id, or a name, that nothing has. */
export const NOTHING = '999999999';

/** A request that the operation would carry out, or refuse for the state of what it is about alone. */
export function validAsking({ id, takes, path, body }: DocumentedOperation, shop: FullShop): Asking {
  const [, place] = path.split('/');
  const subject = { webhooks: shop.webhook, api_tokens: shop.token }[place!] ?? shop.pending;
  const values: Readonly<Record<string, string>> = {
    ...{ id: subject, taskId: shop.pending, deliveryId: NOTHING, ...CHECKOUT },
    ...(path.includes('workflow_steps/{id}') && { id: shop.step }),
  };
  const bodies: Readonly<Record<string, object>> = { startTask: ORDER, startTasks: { tasks: [ORDER] } };
  return {
    user: 'ann', // the actor of the examples
    path: Object.fromEntries(takes.path.map((name) => [name, values[name]!])),
    query: {},
    headers: {},
    body: bodies[id] ?? body,
  };
}

/** What is different from a valid request. */
export type Spoiling = (asking: Asking, shop: FullShop) => Partial<Asking>;

/** Another value for a parameter, or for all of some names. */
export const inPath =
  (...names: readonly string[]): Spoiling =>
  ({ path }) => ({ path: { ...path, ...Object.fromEntries(names.map((name) => [name, NOTHING])) } });
export const inQuery =
  (query: Asking['query']): Spoiling =>
  () => ({ query });
export const inHeaders =
  (headers: Asking['headers']): Spoiling =>
  () => ({ headers });
export const inBody =
  (fields: object): Spoiling =>
  ({ body }) => ({ body: { ...(body as object), ...fields } });
export const asUser =
  (user: string | null): Spoiling =>
  () => ({ user });
/** The tasks that a query or a bulk action is about. */
export const filteredBy =
  (filter: Readonly<Record<string, string>>): Spoiling =>
  ({ body }) =>
    body === undefined ? { query: filter } : { body: { filter } };
export const startingWith =
  (fields: object): Spoiling =>
  ({ body }) => {
    const order = { ...ORDER, ...fields };
    return { body: 'tasks' in (body as object) ? { tasks: [order] } : order };
  };
