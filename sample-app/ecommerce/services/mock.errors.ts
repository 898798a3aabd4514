export class UnknownMockMethodError extends Error {
  override readonly name = 'UnknownMockMethodError';

  constructor(service: string, method: string, known: readonly string[]) {
    super(`The mock service "${service}" has no method "${method}". It has: ${known.join(', ')}.`);
  }
}

export class UnknownMockServiceError extends Error {
  override readonly name = 'UnknownMockServiceError';

  constructor(service: string, known: readonly string[]) {
    super(`There is no mock service "${service}". There are: ${known.join(', ')}.`);
  }
}
