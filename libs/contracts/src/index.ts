export * from './codes.js';
export * from './days.js';
export * from './enrollment-terms.js';
export * from './lottery.js';
export * from './lottery-file.js';
export * from './permissions.js';
export * from './topics.js';
export * from './vocabulary.js';
