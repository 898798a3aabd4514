/** Where PgBouncer is installed, which some tests need; undefined where it is not. */
export declare function pgbouncerPlace(): string | undefined;
