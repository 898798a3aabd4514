interface NestVersion {
  /** Exact versions of what the package requires, by package. */
  readonly peers: Readonly<Record<string, string>>;
  /** The same of the HTTP platforms. */
  readonly platforms: Readonly<Record<string, string>>;
}

/** What is packed. */
export declare const manifest: Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string };

/** The versions of Nest that the package supports, by name. */
export declare const NEST_VERSIONS: Readonly<Record<string, NestVersion>>;

/** Packs what was built into the folder, and answers the path of the tarball. */
export declare function pack(workspace: string): string;

/** Makes a folder with the packed package and these packages installed, and answers its path. */
export declare function makeHost(
  workspace: string,
  name: string,
  packages: { readonly dependencies: Readonly<Record<string, string>> },
  tarball: string,
): string;

/** Installs what the package.json of the folder asks for. */
export declare function install(directory: string, ...options: readonly string[]): void;
