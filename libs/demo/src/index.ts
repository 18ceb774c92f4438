export { DEMO_ACCOUNTS, DEMO_PASSWORD } from './demo-accounts.js';
export { type DemoBeginning, DemoMark, DemoRefused } from './demo-mark.service.js';
export { DemoProgress } from './demo-progress.js';
export { DemoLoader, type DemoOutcome } from './demo.loader.js';
export { SimulationRefused, SimulationService } from './simulation/simulation.service.js';
export type { Simulated } from './simulation/simulation.service.js';
export type { Simulation } from './simulation/simulated-year.js';
export { DemoHttpModule, DemoMarkModule, DemoModule } from './demo.module.js';
