/** The tables that each step writes to. Workers vacuum them, if they may. */
export const HOT_TABLES = ['ready_steps', 'state_total_deltas', 'limit_checks', 'limit_starts'] as const;
