import { registerEnumType } from '@nestjs/graphql';
import { CHANGE_EVENTS, type ChangeEvent } from '../../live/change.js';

/** There is no dot in a name: `task_completed` is `task.completed`. */
export const ChangeEventEnum = Object.fromEntries(
  CHANGE_EVENTS.map((event) => [event.replace('.', '_'), event]),
) as Record<string, ChangeEvent>;

registerEnumType(ChangeEventEnum, {
  name: 'ChangeEvent',
  description: 'The name of the event of a transition, with _ in place of the dot.',
});
