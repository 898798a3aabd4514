/** Methods of Express, Fastify and Node that answer a request. */
const ANSWERING = [
  'download',
  'end',
  'hijack',
  'json',
  'jsonp',
  'redirect',
  'render',
  'send',
  'sendFile',
  'sendStatus',
];
/** Methods that read a header. */
const READING = ['get', 'getHeader', 'getHeaders', 'hasHeader'];

const detached = new WeakSet<object>();

/**
 * Lets code of the host look at a request. What it sets on the request is seen by nobody else: another guard must not
 * take the user for its own. What it does to the response is ignored, and an answer, such as a redirect, counts as null.
 */
export function askDetached(
  request: object,
  ask: (request: object, response: object) => Promise<unknown>,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const response = silentResponse(() => resolve(null));
    const own = Object.create(request, { res: { value: response, writable: true } }) as object; // Express has `req.res`
    detached.add(own);
    ask(own, response).then(resolve, reject);
  });
}

/** Whether the request is one of those that `askDetached` passes on. */
export function isDetached(request: object): boolean {
  return detached.has(request);
}

/** Stands in for the response. Every method can be called, and nothing is sent. */
function silentResponse(onAnswer: () => void): object {
  const state = { statusCode: 200, headersSent: false, sent: false, finished: false, writableEnded: false, locals: {} };
  const response: object = new Proxy(state, {
    get(target, name, self) {
      if (name in target) return Reflect.get(target, name, self) as unknown;
      if (typeof name === 'symbol' || name === 'then') return undefined; // it is no promise
      if (name === 'raw') return response;
      return () => {
        if (ANSWERING.includes(name)) onAnswer();
        return READING.includes(name) ? undefined : response;
      };
    },
  });
  return response;
}
