/** Indicators and measures of which figures from before the platform are held. */
export const OPENING_MEASURES = [
  'degree-upgrade',
  'vocational-training',
  'social-training-annual',
  'elderly-person-times',
  'elderly-people',
  'community-person-times',
] as const;
export type OpeningMeasure = (typeof OPENING_MEASURES)[number];

export const OPENING_STATES = ['drafted', 'reviewed', 'signed', 'replaced', 'withdrawn'] as const;
export type OpeningState = (typeof OPENING_STATES)[number];
