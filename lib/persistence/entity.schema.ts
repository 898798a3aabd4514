import type { DataSource, EntityMetadata } from 'typeorm';
import { TASKER_ENTITIES } from './entities/entity.list.js';

/**
 * Sets the schema of the package's entities on this data source to the one that the host chose. Each data source has
 * its own metadata. Its `entityPrefix` and naming strategy are meant for the host's entities, and are undone for those
 * of the package. Entities that the data source does not know are skipped. Call it after the data source was
 * initialised, which builds the metadata.
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

/** Names columns as the decorators say, or otherwise after the property. */
function nameColumns({ columns }: EntityMetadata): void {
  for (const column of columns) {
    const name = column.givenDatabaseName ?? column.propertyName;
    column.databaseName = name;
    column.databasePath = name;
    column.databaseNameWithoutPrefixes = name;
  }
}
