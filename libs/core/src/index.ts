export { BadSettings, readEnvironment, readSettings } from './configuration/read-settings.js';
export { type Mode, SETTING_NAMES, Settings } from './configuration/settings.js';
