import { Big } from 'big.js';

/** Money is counted in decimals; a binary float would make 1.10 × 3 come out as 3.3000000000000003. */
export function money(value: number | string | Big): Big {
  return new Big(value);
}

/** Commercial rounding: half a cent goes up. */
export function roundToCents(value: Big): Big {
  return value.round(2, Big.roundHalfUp);
}
