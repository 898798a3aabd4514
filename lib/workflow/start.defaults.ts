/** What a request to start a task means if it does not say. */
export const START_DEFAULTS = { namespace: 'default', version: '0.1.0' } as const;
