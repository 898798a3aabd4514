import { Reflector } from '@nestjs/core';
import type { Permission } from './permissions.js';

/** Names the permission that a guarded controller or resolver method needs. */
export const RequirePermission = Reflector.createDecorator<Permission>();
