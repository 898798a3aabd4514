import { Reflector } from '@nestjs/core';
import type { Permission } from '../workflow/access/permissions.js';

/** Names the permission that a controller method, a resolver method or a field needs. */
export const RequirePermission = Reflector.createDecorator<Permission>();

/** Names further permissions that a method needs for the same task or step. */
export const RequireAlso = Reflector.createDecorator<readonly Permission[]>();

/** Marks a field that shows no more than its parent, so that seeing the parent is enough. */
export const NeedsNoPermission = Reflector.createDecorator<true>({ transform: () => true });
