/** The defaults of a request to start a task. */
export const START_DEFAULTS = { namespace: 'default', version: '0.1.0' } as const;
