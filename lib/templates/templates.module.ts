import { Module } from '@nestjs/common';
import { ContextValidator } from './context.validator.js';
import { TemplateDirectory } from './template.directory.js';
import { TemplateRegistry } from './template.registry.js';

/**
 * The templates of this process. The registry is empty at first; the engine loads, checks and registers them at start.
 */
@Module({
  providers: [TemplateDirectory, TemplateRegistry, ContextValidator],
  exports: [TemplateDirectory, TemplateRegistry, ContextValidator],
})
export class TemplatesModule {}
