import { DatabaseServer } from './database.server.js';
import type { ServerName } from './settings.js';

/** The servers of a run, each started when it is first asked for. */
export class DatabaseServers {
  private readonly started = new Map<ServerName, Promise<DatabaseServer>>();

  /** @param directory of a host, whose `tasker` command migrates */
  constructor(private readonly directory: string) {}

  /** @throws each time what kept the server from being started */
  get(name: ServerName): Promise<DatabaseServer> {
    const known = this.started.get(name) ?? DatabaseServer.start(name, this.directory);
    this.started.set(name, known);
    return known;
  }

  async stop(): Promise<void> {
    for (const server of await Promise.allSettled(this.started.values())) {
      if (server.status === 'fulfilled') await server.value.stop();
    }
  }
}
