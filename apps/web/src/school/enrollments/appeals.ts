import type { Schema } from '../../shared/api';

/** States of an appeal (申诉), in the order in which they are offered as a filter. */
export const APPEAL_STATES = ['open', 'upheld', 'rejected'] as const satisfies readonly Schema<'AppealView'>['state'][];
