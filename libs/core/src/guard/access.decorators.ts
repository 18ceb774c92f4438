import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { Permission } from '#contracts';

/** Where a route's declared access is kept. */
export const DECLARED_ACCESS = 'huixue:access';

/** Open to everyone, signed in or not. */
export const EVERYONE = 'everyone';

/** The route demands this permission; the service then asks where (of which organisation, of whose account). */
export const Allow = (permission: Permission) =>
  applyDecorators(SetMetadata(DECLARED_ACCESS, permission), ApiBearerAuth(), ApiExtension('x-permission', permission));

/** The route is open to everyone. */
export const AllowEveryone = () =>
  applyDecorators(SetMetadata(DECLARED_ACCESS, EVERYONE), ApiExtension('x-permission', EVERYONE));
