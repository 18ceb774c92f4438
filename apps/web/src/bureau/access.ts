import { holds, type Permission } from '#contracts';
import { me } from '../shared/me';

/** The bureau, as the plan calls it. Its officers hold their roles for the whole district, and not for it. */
const BUREAU = '区教育局';

/** Whether whoever is signed in is of the department that answers for an indicator. */
export const isOwner = (owner: string): boolean =>
  (me.value?.roles ?? []).some(({ role, organisationName }) =>
    role === 'bureau_officer' ? owner === BUREAU : role === 'department_officer' && organisationName?.endsWith(owner),
  );

/** Whether whoever is signed in holds this permission anywhere. */
export const may = (permission: Permission): boolean => holds(me.value?.roles ?? [], permission);
