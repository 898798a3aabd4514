import { describe, expect, it } from '@jest/globals';
import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { AnnotationTypeEntity } from '../../../lib/persistence/entities/annotation-type.entity.js';
import { TASKER_ENTITIES } from '../../../lib/persistence/entities/entity.list.js';
import { StateTotalDeltaEntity } from '../../../lib/persistence/entities/state-total-delta.entity.js';
import { TaskEntity } from '../../../lib/persistence/entities/task.entity.js';
import { WorkflowStepEdgeEntity } from '../../../lib/persistence/entities/workflow-step-edge.entity.js';
import { WorkflowStepEntity } from '../../../lib/persistence/entities/workflow-step.entity.js';
import { useSchema } from '../../../lib/persistence/entity.schema.js';
import { migrate } from '../../../lib/persistence/migration.runner.js';
import { connect, openPersistence, usePersistence } from '../../support/persistence.js';
import { SHAPES } from '../../support/shapes.js';
import { registerShape, startTask } from '../../support/workflow.js';

const persistence = usePersistence();

interface CatalogueColumn {
  readonly table_name: string;
  readonly column_name: string;
  readonly is_nullable: 'YES' | 'NO';
}

describe('the entities', () => {
  it('are one for each table', async () => {
    const tables = await persistence.query<{ table_name: string }>(
      `select table_name from information_schema.tables
       where table_schema = 'tasker' and table_type = 'BASE TABLE' and table_name <> 'schema_files'`,
    );
    const mapped = TASKER_ENTITIES.map((entity) => persistence.dataSource.getMetadata(entity).tableName);
    expect(mapped.toSorted()).toEqual(tables.map(({ table_name }) => table_name).toSorted());
  });

  it.each(TASKER_ENTITIES.map((entity) => [entity.name, entity] as const))(
    '%s has the columns of its table, null where the table allows it',
    async (_, entity) => {
      const metadata = persistence.dataSource.getMetadata(entity);
      const columns = await persistence.query<CatalogueColumn>(
        `select table_name, column_name, is_nullable from information_schema.columns
         where table_schema = 'tasker' and table_name = $1`,
        metadata.tableName,
      );
      expect(Object.fromEntries(metadata.columns.map((column) => [column.databaseName, column.isNullable]))).toEqual(
        Object.fromEntries(columns.map((column) => [column.column_name, column.is_nullable === 'YES'])),
      );
    },
  );

  it.each(TASKER_ENTITIES.map((entity) => [entity.name, entity] as const))('%s reads its table', async (_, entity) => {
    await startTask(persistence, await registerShape(persistence, SHAPES.diamond));
    const target: EntityTarget<ObjectLiteral> = entity;
    await expect(persistence.dataSource.manager.find(target)).resolves.toBeInstanceOf(Array);
  });

  it('keep ids as text and lead from a step to its task, template and namespace', async () => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.linear));
    const steps = await persistence.dataSource.manager.find(WorkflowStepEntity, {
      where: { taskId: task },
      relations: { namedStep: { dependentSystem: true }, task: { namedTask: { namespace: true } }, stepTemplate: true },
      order: { id: 'asc' },
    });
    expect(steps.map(({ namedStep }) => namedStep!.name)).toEqual(SHAPES.linear.map(({ name }) => name));
    expect(steps[0]).toMatchObject({
      taskId: task,
      state: 'pending',
      waitingOn: 0,
      results: null,
      createdAt: expect.any(Date),
      task: { id: task, tags: [], namedTask: { version: '1.0.0', namespace: { name: 'shapes' } } },
    });
  });

  it('tell equal deltas apart', async () => {
    const namedTask = await registerShape(persistence, SHAPES.linear);
    await startTask(persistence, namedTask);
    await startTask(persistence, namedTask);
    const deltas = await persistence.dataSource.manager.find(StateTotalDeltaEntity);
    const [counted] = await persistence.query<{ count: string }>('select count(*) from __schema__.state_total_deltas');
    expect(deltas).toHaveLength(Number(counted!.count));
  });

  it('can be written where people write', async () => {
    const types = persistence.dataSource.getRepository(AnnotationTypeEntity);
    const written = await types.save(types.create({ name: 'review' }));
    expect(await types.findOneBy({ id: written.id })).toMatchObject({ name: 'review', description: null });
  });

  it('are left alone by a host that synchronises its own', async () => {
    const host = new DataSource({
      type: 'postgres',
      url: persistence.url,
      entities: [...TASKER_ENTITIES],
      synchronize: true,
    });
    await host.initialize();
    const sql = await host.driver.createSchemaBuilder().log();
    await host.destroy();
    expect(sql.upQueries).toEqual([]);
  });
});

describe('useSchema', () => {
  it('points the entities of one data source at another schema', async () => {
    const client = await connect(persistence.url);
    await migrate(client, 'other', 'apply');
    await client.end();
    const other = await openPersistence(persistence.url, 'other');
    useSchema(other.dataSource, 'other');

    const task = await startTask(other, await registerShape(other, SHAPES.diamond));
    const found = await other.dataSource.manager.find(WorkflowStepEdgeEntity, {
      relations: { fromStep: { task: { namedTask: { namespace: true } } } },
    });
    expect(found).toHaveLength(7);
    expect(found[0]!.fromStep!.task!.id).toBe(task);

    const usual = await persistence.dataSource.getRepository(TaskEntity).count();
    await startTask(other, await registerShape(other, SHAPES.linear));
    expect(await persistence.dataSource.getRepository(TaskEntity).count()).toBe(usual);
    expect(await other.dataSource.getRepository(TaskEntity).count()).toBe(2);
    await other.close();
  });

  it('passes over entities that the data source does not know', async () => {
    const host = new DataSource({ type: 'postgres', url: persistence.url, entities: [AnnotationTypeEntity] });
    await host.initialize();
    expect(() => useSchema(host, 'other')).not.toThrow();
    expect(host.getMetadata(AnnotationTypeEntity).tablePath).toBe('other.annotation_types');
    await host.destroy();
  });
});
