import type { NewFile } from '../../writing/write.files';

export const STUB_API: NewFile = {
  path: 'src/stub/stub.api.ts',
  text: `import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerTo } from './stub.answers.js';

export interface StubApi {
  /** Without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Stands in for an API like that of dummyjson.com; it does not store what is added. */
export async function startStubApi(): Promise<StubApi> {
  const server = createServer((request, response) => {
    void jsonOf(request).then((body) => {
      const { status, json } = answerTo(
        request.method ?? 'GET',
        request.url ?? '/',
        body,
      );
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(json));
    });
  });
  await new Promise<void>((listening) =>
    server.listen(0, '127.0.0.1', listening),
  );
  server.unref(); // it ends with the process
  return {
    url: \`http://127.0.0.1:\${(server.address() as AddressInfo).port}\`,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

/** The body of a request; empty if it is not JSON. */
async function jsonOf(
  request: IncomingMessage,
): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return JSON.parse(Buffer.concat(chunks).toString()) as Record<
      string,
      unknown
    >;
  } catch {
    return {};
  }
}
`,
};

export const STUB_ANSWERS: NewFile = {
  path: 'src/stub/stub.answers.ts',
  text: `import { randomBytes } from 'node:crypto';
import { CARTS, PRODUCTS, USERS } from './stub.data.js';

export interface StubAnswer {
  readonly status: number;
  readonly json: unknown;
}

interface Asked {
  /** The value of \`:id\` in the route. */
  readonly id: number;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Routes of dummyjson.com, and one for orders. */
const ROUTES: Readonly<Record<string, (asked: Asked) => unknown>> = {
  'GET /carts/:id': ({ id }) => CARTS.find((cart) => cart.id === id),
  'GET /products/:id': ({ id }) => PRODUCTS.find((each) => each.id === id),
  'GET /products': ({ query }) => {
    const limit = Number(query.get('limit') ?? 30);
    return { products: PRODUCTS.slice(0, limit || undefined), limit };
  },
  'GET /users/search': ({ query }) => ({ users: usersLike(query.get('q')) }),
  'POST /users/add': ({ body }) => ({ ...body, id: USERS.length + 1 }),
  'POST /orders/add': ({ body }) => {
    const tracking = \`TRK\${randomBytes(8).toString('hex').toUpperCase()}\`;
    return { ...body, id: 1, status: 'pending', tracking };
  },
};

export function answerTo(
  method: string,
  url: string,
  body: Asked['body'],
): StubAnswer {
  const { pathname, searchParams: query } = new URL(url, 'http://stub');
  const id = Number(/\\d+$/.exec(pathname)?.[0]);
  const route = ROUTES[\`\${method} \${pathname.replace(/\\d+$/, ':id')}\`];
  const json = route?.({ id, query, body });
  if (json !== undefined)
    return { status: method === 'POST' ? 201 : 200, json };
  return { status: 404, json: { message: \`There is no \${pathname} here\` } };
}

function usersLike(text: string | null) {
  const wanted = (text ?? '').toLowerCase();
  return USERS.filter(
    ({ email, username }) =>
      email.includes(wanted) || username.includes(wanted),
  );
}
`,
};
