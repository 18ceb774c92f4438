export { DEMO_ACCOUNTS, DEMO_PASSWORD } from './demo-accounts.js';
export { DemoLoader, type DemoOutcome, DemoRefused } from './demo.loader.js';
export { DemoHttpModule, DemoModule } from './demo.module.js';
