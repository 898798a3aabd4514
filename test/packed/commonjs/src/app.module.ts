import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TaskerModule } from 'nestjs-tasker';
import { ChargeHandler } from './charge.handler';

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL, autoLoadEntities: true }),
    TaskerModule.forRoot({
      templates: ['config/tasker/tasks'],
      migrations: 'apply',
      worker: { enabled: process.env.NODE_ENV !== 'test' }, // which Jest sets
    }),
  ],
  providers: [ChargeHandler],
})
export class AppModule {}
