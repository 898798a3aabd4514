import { Injectable, type OnModuleInit } from '@nestjs/common';
import { GUARDS_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { MissingPermissionError } from './auth.errors.js';
import { NeedsNoPermission, RequirePermission } from './require-permission.decorator.js';
import { ownRouteOf } from './tasker-request.js';
import { TaskerGuard } from './tasker.guard.js';

/** Metadata keys of `@nestjs/graphql`, which a host may not have installed. */
const OPERATION_MARKS = [PATH_METADATA, 'graphql:resolver_type'];
const FIELD_MARK = 'graphql:resolve_property';

type Handler = (...args: unknown[]) => unknown;

/** Stops the start if an operation or field of the package declares no permission, and so would be open. */
@Injectable()
export class PermissionCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
    private readonly scanner: MetadataScanner,
  ) {}

  /** @throws MissingPermissionError with every operation */
  onModuleInit(): void {
    const wrappers = [...this.discovery.getControllers(), ...this.discovery.getProviders()];
    const classes = new Set(wrappers.map(({ metatype }) => metatype).filter((each) => typeof each === 'function'));
    const open = [...classes].filter(isGuarded).flatMap((each) => this.undeclaredIn(each));
    if (open.length > 0) throw new MissingPermissionError(open);
  }

  private undeclaredIn(owner: NewableFunction): readonly string[] {
    const prototype = owner.prototype as Readonly<Record<string, unknown>> & object;
    const guards = (Reflect.getMetadata(GUARDS_METADATA, owner) ?? []) as readonly unknown[];
    return this.scanner
      .getAllMethodNames(prototype) // including those of parent classes
      .flatMap((name) => {
        const handler = prototype[name];
        if (typeof handler !== 'function') return [];
        const isOperation = OPERATION_MARKS.some((mark) => Reflect.hasMetadata(mark, handler));
        if (!isOperation && !Reflect.hasMetadata(FIELD_MARK, handler)) return [];
        const isDeclared = this.isDeclared(handler as Handler, isOperation);
        return isDeclared && (!isOperation || guards.includes(TaskerGuard)) ? [] : [`${owner.name}.${name}`];
      });
  }

  private isDeclared(handler: Handler, isOperation: boolean): boolean {
    if ((this.reflector.get(RequirePermission, handler) as unknown) !== undefined) return true;
    return !isOperation && (this.reflector.get(NeedsNoPermission, handler) as unknown) === true;
  }
}

/** Probes, the description of the API and the files of the dashboard are public. */
function isGuarded(owner: unknown): boolean {
  const route = ownRouteOf(owner as object);
  return route === 'rest' || route === 'events' || route === 'graphql';
}
