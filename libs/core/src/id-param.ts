import { Param, ParseUUIDPipe } from '@nestjs/common';
import { CoreErrors } from './errors/core.errors.js';

/** An id in the path; what is no id names nothing: CORE.NOT_FOUND. */
export const IdParam = (name = 'id') =>
  Param(name, new ParseUUIDPipe({ exceptionFactory: () => CoreErrors.NOT_FOUND() }));
