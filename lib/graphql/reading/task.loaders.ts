import { Inject, Injectable } from '@nestjs/common';
import type { Scoped } from '../../auth/scoped.js';
import { TaskReader } from '../../insight/task.reader.js';
import type { Execution } from '../graphql.execution.js';
import { TaskLoader } from './task.loader.js';

/** Keeps one loader for each execution. */
@Injectable()
export class TaskLoaders {
  private readonly loaders = new WeakMap<object, TaskLoader>();

  constructor(@Inject(TaskReader) private readonly reader: Scoped<TaskReader>) {}

  of(execution: Execution): TaskLoader {
    return this.loaders.get(execution.key) ?? this.fresh(execution);
  }

  /** Returns a new loader. Call it after a change, because loaded data are then out of date. */
  fresh(execution: Execution): TaskLoader {
    const loader = new TaskLoader(this.reader);
    this.loaders.set(execution.key, loader);
    return loader;
  }
}
