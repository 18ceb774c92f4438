/**
 * Adds up what Jest counted in the given result files and prints it as the last line of CI. Fails when a test failed,
 * when none ran, or when a file is missing (its run did not come to an end). A suite that could not even be loaded
 * counts as one failure.
 */
import { readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
let skipped = 0;
let incomplete = false;

for (const file of process.argv.slice(2)) {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    passed += result.numPassedTests;
    failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
    skipped += result.numPendingTests + result.numTodoTests;
    incomplete ||= !result.success;
  } catch {
    console.log(`No results in ${file}: that run did not come to its end.`);
    incomplete = true;
  }
}

console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = incomplete || failed > 0 || passed === 0 ? 1 : 0;
