import { newKey } from './api';
import { uuidFrom } from './uuid';

/** An id that this device gives to something it made, once for each. */
export const ownId = (): string => uuidFrom(newKey());
