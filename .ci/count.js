/** Prints "N passed, N failed" from vitest's JSON report, and ends with the status of the test command. */
import { existsSync, readFileSync } from 'node:fs';

const [file, status] = process.argv.slice(2);
let passed = 0;
let failed = 0;
if (existsSync(file)) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  passed = report.numPassedTests;
  // A file that does not even load has no tests to count, but is a failure.
  const broken = report.testResults.filter(
    (each) => each.status === 'failed' && each.assertionResults.length === 0,
  );
  failed = report.numFailedTests + broken.length;
} else {
  console.log('No test was run: the build, the type check or the lint failed, or the time limit was hit.');
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = Number(status) !== 0 ? Number(status) : failed > 0 || passed === 0 ? 1 : 0;
