import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

/**
 * Transactions that nobody hands on: whatever asks the data source for its manager or a connection within one gets that of the
 * transaction.
 */
export interface AmbientTransactions {
  /** Rolled back when `work` throws. */
  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
}

/** A small version of the libraries that give methods a `@Transactional()`, by the same means as they. */
export function useAmbientTransactions(dataSource: DataSource): AmbientTransactions {
  const current = new AsyncLocalStorage<QueryRunner>();
  const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => {
    const runner = current.getStore();
    return runner ? borrowed(runner) : createQueryRunner(mode);
  };
  const { manager } = dataSource;
  Object.defineProperty(dataSource, 'manager', { get: () => current.getStore()?.manager ?? manager });
  return {
    run: async (work) => {
      const runner = createQueryRunner();
      await runner.startTransaction();
      try {
        const answer = await current.run(runner, () => work(runner.manager));
        await runner.commitTransaction();
        return answer;
      } finally {
        if (runner.isTransactionActive) await runner.rollbackTransaction();
        await runner.release();
      }
    },
  };
}

/** Only who began the transaction gives its connection back. */
function borrowed(runner: QueryRunner): QueryRunner {
  return new Proxy(runner, {
    get: (target, key) => {
      if (key === 'release') return () => Promise.resolve();
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
