/** SQL for an instant as users see it: `sql/functions/instant_text.sql`. */
export const iso = (column: string): string => `__schema__.instant_text(${column})`;
