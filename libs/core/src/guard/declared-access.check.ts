import { Injectable, type OnApplicationBootstrap, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { Permission } from '#contracts';
import { DECLARED_ACCESS, EVERYONE } from './access.decorators.js';

/** A route as the program mounts it. */
export interface DeclaredRoute {
  method: string;
  /** Without the global prefix, such as `classes/:id`. */
  path: string;
  access: Permission | typeof EVERYONE | undefined;
}

/** Reads the route table, and stops the start when a route declares no permission. */
@Injectable()
export class DeclaredAccessCheck implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  routes(): DeclaredRoute[] {
    return this.discovery.getControllers().flatMap(({ metatype, instance }) => {
      if (!metatype || !instance) return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, (...args: unknown[]) => unknown>;
      const base = [this.reflector.get<string | string[] | undefined>(PATH_METADATA, metatype) ?? ''].flat()[0] ?? '';
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name]!;
        const method = this.reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
        if (method === undefined) return [];
        const path = [this.reflector.get<string | string[]>(PATH_METADATA, handler)].flat()[0] ?? '';
        return {
          method: RequestMethod[method],
          path: [base, path]
            .map((part) => part.replace(/^\/+|\/+$/g, ''))
            .filter(Boolean)
            .join('/'),
          access: this.reflector.getAllAndOverride<DeclaredRoute['access']>(DECLARED_ACCESS, [
            handler,
            metatype as never,
          ]),
        };
      });
    });
  }

  onApplicationBootstrap(): void {
    const undeclared = this.routes().filter((route) => route.access === undefined);
    if (undeclared.length > 0) {
      throw new Error(
        `These routes declare no permission (add @Allow or @AllowEveryone): ${undeclared.map((route) => `${route.method} /${route.path}`).join(', ')}`,
      );
    }
  }
}
