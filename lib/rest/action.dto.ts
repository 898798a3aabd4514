import { IsArray, IsBoolean, IsInt, IsObject, IsOptional, IsString } from 'class-validator';
import type { BulkFilter } from '../engine/tasks/task.bulk.js';
import type { StartTaskRequest } from '../engine/tasks/task.request.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';

/** Bodies of operator actions: their fields and types. What values are allowed is the engine's to say. */
export class ActionDto {
  /** Only where the host does not authenticate. */
  @IsOptional()
  @IsString()
  readonly actor?: string;

  @IsOptional()
  @IsString()
  readonly reason?: string;
}

export class RetryDto extends ActionDto {
  @IsOptional()
  @IsInt()
  readonly attempts?: number;
}

export class ResolveStepDto extends ActionDto {
  @IsOptional()
  readonly results?: JsonValue;
}

export class RerunDto extends ActionDto {
  @IsOptional()
  @IsString()
  readonly from?: string;

  @IsOptional()
  @IsObject()
  readonly context?: JsonObject;

  /** Of the template; that of the task to repeat where it is left out. */
  @IsOptional()
  @IsString()
  readonly version?: string;
}

export class ChangeStepDto extends ActionDto {
  @IsInt()
  readonly retryLimit!: number;
}

export class BulkDto extends ActionDto {
  @IsObject()
  readonly filter!: BulkFilter;
}

/** Here `reason` is that of the task, which is changed. */
export class ChangeTaskDto {
  @IsOptional()
  @IsString()
  readonly actor?: string;

  @IsOptional()
  @IsInt()
  readonly priority?: number | null;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  readonly tags?: readonly string[];

  @IsOptional()
  @IsString()
  readonly reason?: string;

  @IsOptional()
  @IsBoolean()
  readonly retained?: boolean;
}

export class StartManyDto {
  @IsArray()
  @IsObject({ each: true })
  readonly tasks!: readonly StartTaskRequest[];
}

export class AnnotateDto {
  @IsString()
  readonly type!: string;

  @IsOptional()
  readonly annotation?: JsonValue;
}
