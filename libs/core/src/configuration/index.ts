/** The settings by themselves (`#core/settings`), for programs that need nothing else of core and start quickly. */
export { BadSettings, readEnvironment, readSettings } from './read-settings.js';
export { AHEAD, databaseToCome, GO, moreToCome, settingsToCome } from './started-ahead.js';
export { SETTING_NAMES, Settings } from './settings.js';

/** Exit code of a start that no retry can mend: a setting or the database must be changed first (EX_CONFIG). */
export const EXIT_UNFIT = 78;
