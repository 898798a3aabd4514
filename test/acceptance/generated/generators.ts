/** One run of a schematic; what it writes is linted, compiled and tested with all the rest. */
export interface GeneratorRow {
  /** The schematic and what is given to it. */
  readonly line: string;
  /** The Nest CLI takes only its own options, and prompts for ours on a terminal alone. @default 'tasker' */
  readonly by?: 'nest' | 'tasker';
  /** Whether every commit is held to it: one row of each schematic. @default false */
  readonly isBounded?: boolean;
}

export const GENERATORS: readonly GeneratorRow[] = [
  { line: 'step-handler orders/ecommerce.reserve_stock', by: 'nest', isBounded: true },
  { line: 'step-handler orders/ecommerce.charge_card --kind http', isBounded: true },
  { line: 'step-handler orders/ecommerce.book_order --kind transactional' },
  { line: 'step-handler notify --flat --no-spec' },
  { line: 'sh shipping/send-parcel --path warehouse --spec-file-suffix test' },
];
