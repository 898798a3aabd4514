/** Installs and builds the peers of the benchmark where that is due, and answers the path of the program that runs them. */
export declare function preparePeers(): Promise<string>;
