import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The shop's own tables, beside the schema of nestjs-tasker and independent of it. */
export class CreateShopTables1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table shop_orders (
        id integer generated always as identity (start with 1001) primary key,
        task_id bigint not null unique,
        order_number text not null unique,
        status text not null,
        customer_name text not null,
        customer_email text not null,
        total_amount numeric(12, 2) not null check (total_amount > 0),
        items jsonb not null,
        payment_id text not null,
        transaction_id text not null,
        inventory_log_id text not null,
        created_at timestamptz not null
      )`);
    await runner.query(`
      create table shop_effects (
        key text primary key,
        service text not null,
        reference text not null,
        answer jsonb not null,
        asked integer not null default 1,
        made_at timestamptz not null default clock_timestamp()
      )`);
    await runner.query('create index shop_effects_reference on shop_effects (reference)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table shop_effects, shop_orders');
  }
}
