/** SQL for an instant as text for users: `sql/functions/instant_text.sql`. */
export const iso = (column: string): string => `__schema__.instant_text(${column})`;
