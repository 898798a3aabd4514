/** The beginnings of the paths of tests, relative to `test/`, by their subject. A file that is moved is named in one place. */
export const claiming = 'integration/persistence/claiming';
export const turns = 'integration/persistence/turns';
export const limits = 'integration/engine/limits';
export const failures = 'integration/engine/failures';
