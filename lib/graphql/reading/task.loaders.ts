import { Injectable } from '@nestjs/common';
import { TaskReader } from '../../insight/task.reader.js';
import type { GraphqlContext } from '../graphql.context.js';
import { TaskLoader } from './task.loader.js';

/** Keeps one loader for each operation, by its context, which every driver makes anew. */
@Injectable()
export class TaskLoaders {
  private readonly loaders = new WeakMap<GraphqlContext, TaskLoader>();

  constructor(private readonly reader: TaskReader) {}

  of(context: GraphqlContext): TaskLoader {
    return this.loaders.get(context) ?? this.fresh(context);
  }

  /** After something was written: what was read before is old. */
  fresh(context: GraphqlContext): TaskLoader {
    const loader = new TaskLoader(this.reader);
    this.loaders.set(context, loader);
    return loader;
  }
}
