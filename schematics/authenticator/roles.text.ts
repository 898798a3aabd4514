/** Without this, the first requests of an authenticated user are refused, and nobody knows why. */
export const ROLES_NEXT =
  'Users need roles, such as viewer, operator or admin. Without one, a user may do nothing, unless you provide an authorization coordinator.';
