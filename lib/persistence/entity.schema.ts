import type { DataSource } from 'typeorm';
import { TASKER_ENTITIES } from './entities/entity.list.js';

/**
 * Points our entities at another schema than `tasker`, which their decorators name, on this data source alone: each data
 * source builds metadata of its own. Entities that the data source does not know are passed over. Call it once the data
 * source is initialised, as that is when it builds them.
 */
export function useSchema(dataSource: DataSource, schema: string): void {
  for (const entity of TASKER_ENTITIES) {
    if (!dataSource.hasMetadata(entity)) continue;
    const metadata = dataSource.getMetadata(entity);
    metadata.schema = schema;
    metadata.tablePath = dataSource.driver.buildTableName(metadata.tableName, schema, metadata.database);
  }
}
