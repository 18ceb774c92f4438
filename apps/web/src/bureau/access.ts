import { holds, type Permission } from '#contracts';
import { me } from '../shared/me';

/** Whether whoever is signed in holds this permission anywhere. */
export const may = (permission: Permission): boolean => holds(me.value?.roles ?? [], permission);
