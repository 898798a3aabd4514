import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EffectLedger, type Effect, type LedgerEntry } from './effect.ledger.js';

/** A ledger in a table of the shop, so that what a process did is still known when the process was killed. */
@Injectable()
export class TableLedger extends EffectLedger {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async once<Answer extends object>({ key, service, reference }: Effect, answer: Answer): Promise<Answer> {
    const [row] = await this.dataSource.query<{ answer: Answer }[]>(
      `insert into shop_effects (key, service, reference, answer) values ($1, $2, $3, $4)
       on conflict (key) do update set asked = shop_effects.asked + 1
       returning answer`,
      [key, service, reference, JSON.stringify(answer)],
    );
    return row!.answer;
  }

  override entriesFor(reference: string): Promise<readonly LedgerEntry[]> {
    return this.dataSource.query<LedgerEntry[]>(
      'select key, service, reference, asked from shop_effects where reference = $1 order by made_at, key',
      [reference],
    );
  }
}
