/** What an operation declares; null: it is for everybody. */
interface Declared {
  readonly permission: string | null;
  readonly also: readonly string[];
}

export interface DeclaredRoute extends Declared {
  /** The `operationId` of OpenAPI. */
  readonly id: string;
  readonly verb: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below the mount path, with `:name` for each part that varies. */
  readonly path: string;
}

export interface DeclaredField extends Declared {
  /** `Query`, `Mutation`, `Subscription` or the type that the field belongs to. */
  readonly type: string;
  readonly id: string;
}

export interface DeclaredPayloadField {
  readonly mutation: string;
  /** Below the payload. */
  readonly path: readonly string[];
  readonly permission: string;
}

/** The classes of one copy of the package, and the decorators that mark them. */
export interface Declarations {
  readonly controllers: readonly object[];
  readonly resolvers: readonly object[];
  readonly marks: Readonly<Record<'RequirePermission' | 'RequireAlso', { readonly KEY: string }>>;
}

export function declaredRoutes(declarations: Pick<Declarations, 'controllers' | 'marks'>): readonly DeclaredRoute[];
export function declaredFields(declarations: Pick<Declarations, 'resolvers' | 'marks'>): readonly DeclaredField[];
export function declaredPayloadFields(): readonly DeclaredPayloadField[];

/** The text that docs/permissions.md should have. */
export function permissionsPage(declarations: Declarations): Promise<string>;
