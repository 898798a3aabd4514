import type { DataSource, EntityMetadata } from 'typeorm';
import { TASKER_ENTITIES } from './entities/entity.list.js';

/**
 * Points our entities, on this data source alone, at our tables in the schema that the host chose: each data source builds
 * metadata of its own. Its `entityPrefix` and naming strategy are for the host's entities, and are undone for ours. Entities
 * that the data source does not know are passed over. Call it once the data source is initialised, as that is when it builds
 * them.
 */
export function useSchema(dataSource: DataSource, schema: string): void {
  for (const entity of TASKER_ENTITIES) {
    if (!dataSource.hasMetadata(entity)) continue;
    const metadata = dataSource.getMetadata(entity);
    metadata.schema = schema;
    metadata.tableName = metadata.givenTableName!;
    metadata.tableNameWithoutPrefix = metadata.tableName;
    metadata.tablePath = dataSource.driver.buildTableName(metadata.tableName, schema, metadata.database);
    nameColumns(metadata);
  }
}

/** As our decorators say, or by the property. */
function nameColumns({ columns }: EntityMetadata): void {
  for (const column of columns) {
    const name = column.givenDatabaseName ?? column.propertyName;
    column.databaseName = name;
    column.databasePath = name;
    column.databaseNameWithoutPrefixes = name;
  }
}
