/**
 * Flags of Node for what runs for some seconds only. V8 would spend a quarter of the time in optimising functions that are hardly
 * called again: on Node 20, it waits for sixteen times as much work as by default. Later versions have a cheaper compiler in
 * between, and no such flag.
 */
export const LESS_OPTIMISING = process.versions.node.startsWith('20.') ? ['--interrupt-budget=1056000'] : [];
