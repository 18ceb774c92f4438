/** The lock file names no address to download from, so that each machine asks the registry it is set up with. */
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const bound = Object.entries(packages).filter(([, entry]) => 'resolved' in entry && !entry.link);
if (bound.length > 0) {
  console.error(
    `package-lock.json names addresses for ${bound.length} packages, the first is ${bound[0][0]}; ` +
      'install with --omit-lockfile-registry-resolved, or delete the "resolved" lines.',
  );
  process.exitCode = 1;
}
