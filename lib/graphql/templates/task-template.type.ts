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

  @Field(() => Int, { description: 'Distinct names of task templates.' })
  readonly templateCount!: number;
}

@ObjectType('TaskTemplateOutline', { description: 'A task template in short, with all its versions.' })
export class TaskTemplateOutlineType implements TemplateOutline {
  @Field()
  readonly namespace!: string;

  @Field()
  readonly name!: string;

  @Field(() => [String], { description: 'Highest first.' })
  readonly versions!: readonly string[];

  @Field({ description: 'The highest version that is not a pre-release, or else the highest pre-release.' })
  readonly latestVersion!: string;

  @Field({ description: 'Of the latest version, as the following.' })
  readonly description!: string;

  @Field(() => Int)
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

  @Field(() => Int, { nullable: true, description: 'Seconds that a task may take; null for no limit.' })
  readonly deadlineSeconds!: number | null;

  @JsonField({ nullable: true, description: 'JSON Schema of the context.' })
  readonly contextSchema!: JsonObject | null;

  @Field(() => [StepTemplateType], { description: 'In order of declaration.' })
  readonly steps!: TemplateDocument['steps'];

  @Field(() => StepGraphType)
  readonly graph!: TemplateDocument['graph'];
}
