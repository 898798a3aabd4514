/** What `scripts/database.mjs` of this repository offers. */
export interface DatabaseServer {
  readonly url: string;
  readonly embedded: boolean;
  stop(): Promise<void>;
}

/** The server of `DATABASE_URL`, or an embedded one. The script is no part of the package, so it is found from its root. */
export async function openDatabaseServer(): Promise<DatabaseServer> {
  const script = new URL('scripts/database.mjs', import.meta.resolve('nestjs-tasker/package.json'));
  const scripts = (await import(script.href)) as { openServer(): Promise<DatabaseServer> };
  return scripts.openServer();
}
