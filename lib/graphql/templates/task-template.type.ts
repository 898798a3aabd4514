import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { NamespaceOutline, TemplateDocument, TemplateOutline } from '../../insight/template.reader.js';
import type { JsonObject } from '../../workflow/json.js';
import { JsonField } from '../json.field.js';
import { StepGraphType } from '../step-graph.type.js';
import { StepTemplateType } from './step-template.type.js';

@ObjectType('Namespace', { description: 'A group of task templates.' })
export class NamespaceType implements NamespaceOutline {
  @Field()
  readonly name!: string;

  @Field(() => Int, { description: 'The number of distinct names of task templates.' })
  readonly templateCount!: number;
}

@ObjectType('TaskTemplateOutline', { description: 'A summary of a task template, with all its versions.' })
export class TaskTemplateOutlineType implements TemplateOutline {
  @Field()
  readonly namespace!: string;

  @Field()
  readonly name!: string;

  @Field(() => [String], { description: 'The versions, highest first.' })
  readonly versions!: readonly string[];

  @Field({
    description:
      'The highest version that is not a pre-release, or the highest pre-release if there is no other version.',
  })
  readonly latestVersion!: string;

  @Field({ description: 'The description of the latest version.' })
  readonly description!: string;

  @Field(() => Int, { description: 'The number of steps of the latest version.' })
  readonly stepCount!: number;
}

@ObjectType('TaskTemplate', { description: 'A versioned description of a workflow.' })
export class TaskTemplateType implements TemplateDocument {
  @Field()
  readonly namespace!: string;

  @Field()
  readonly name!: string;

  @Field()
  readonly version!: string;

  @Field({ description: '`namespace/name@version`.' })
  readonly fullName!: string;

  @Field(() => [String], { description: 'All versions, highest first.' })
  readonly versions!: readonly string[];

  @Field()
  readonly description!: string;

  @Field(() => Int, { nullable: true, description: 'The maximum duration of a task; null for no limit.' })
  readonly deadlineSeconds!: number | null;

  @JsonField({ nullable: true, description: 'The JSON Schema of the context.' })
  readonly contextSchema!: JsonObject | null;

  @Field(() => [StepTemplateType], { description: 'The steps, in the order of their declaration.' })
  readonly steps!: TemplateDocument['steps'];

  @Field(() => StepGraphType)
  readonly graph!: TemplateDocument['graph'];
}
