import { SetMetadata } from '@nestjs/common';

/** The groups of operations. */
export const TAGS = {
  Tasks: 'Runs of task templates.',
  Steps: 'The steps of a task.',
  Live: 'Streams of changes.',
  Webhooks: 'Receivers of changes.',
  Tokens: 'The API tokens of machines.',
  Audit: 'Who did what, and what was denied.',
  Templates: 'The task templates that can be started.',
  Operations: 'Workers and queues.',
  Analytics: 'The performance of the system.',
  Health: 'The state of the system and of this process.',
} as const;

export type Tag = keyof typeof TAGS;

const TAG = Symbol('TASKER_TAG');

/** The group of the operations of a controller. */
export const ApiTag = (tag: Tag): ClassDecorator => SetMetadata(TAG, tag);

export const tagOf = (controller: object): Tag => Reflect.getMetadata(TAG, controller) as Tag;
