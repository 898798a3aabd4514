import { describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { ApiProperty, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TaskerModule } from 'nestjs-tasker';
import { createTestDatabase } from '../support/database.js';

/** A class of the host with the name of one of ours. */
class StartTaskDto {
  @ApiProperty()
  readonly title!: string;
}

@Controller('todo')
class TodoController {
  @Get()
  list(): readonly string[] {
    return [];
  }

  @Post()
  add(@Body() _: StartTaskDto): void {
    return undefined;
  }
}

@Module({ controllers: [TodoController] })
class TodoModule {}

describe('the OpenAPI document of a host', () => {
  it('is the same with and without TaskerModule', async () => {
    const database = await createTestDatabase();
    const orm = TypeOrmModule.forRoot({ type: 'postgres', url: database.url, retryAttempts: 0 });
    const documentOf = async (...imports: NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>) => {
      const module = await Test.createTestingModule({ imports: [orm, TodoModule, ...imports] }).compile();
      const app = module.createNestApplication({ logger: false });
      await app.init();
      const document = SwaggerModule.createDocument(app, new DocumentBuilder().setTitle('Todo').build());
      await app.close();
      return JSON.stringify(document);
    };
    try {
      const alone = await documentOf();
      expect(alone).toContain('"title"');
      expect(await documentOf(TaskerModule.forRoot({ worker: { enabled: false } }))).toBe(alone);
    } finally {
      await database.drop();
    }
  });
});
