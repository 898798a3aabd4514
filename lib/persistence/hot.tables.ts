/** The tables that each step passes through; workers vacuum them, where they may. */
export const HOT_TABLES = ['ready_steps', 'state_total_deltas', 'limit_checks', 'limit_starts'] as const;
