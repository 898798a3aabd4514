import { IsArray, IsBoolean, IsInt, IsObject, IsOptional, IsString } from 'class-validator';
import type { StartTaskRequest } from '../engine/tasks/task.request.js';
import type { JsonObject } from '../workflow/json.js';

/** The body of `POST tasks`: its fields and their types. What values are allowed is the engine's to say. */
export class StartTaskDto implements StartTaskRequest {
  @IsString()
  readonly name!: string;

  @IsOptional()
  @IsString()
  readonly namespace?: string;

  @IsOptional()
  @IsString()
  readonly version?: string;

  @IsOptional()
  @IsObject()
  readonly context?: JsonObject;

  @IsOptional()
  @IsString()
  readonly initiator?: string;

  @IsOptional()
  @IsString()
  readonly sourceSystem?: string;

  @IsOptional()
  @IsString()
  readonly reason?: string;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  readonly tags?: readonly string[];

  @IsOptional()
  @IsInt()
  readonly priority?: number;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  readonly bypassSteps?: readonly string[];

  @IsOptional()
  @IsString()
  readonly runAt?: string;

  @IsOptional()
  @IsString()
  readonly deadlineAt?: string;

  @IsOptional()
  @IsString()
  readonly idempotencyKey?: string;

  @IsOptional()
  @IsBoolean()
  readonly retained?: boolean;
}
