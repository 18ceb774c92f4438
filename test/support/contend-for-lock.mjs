/** Tries to lock the folder named by the argument; says `held` or `refused`, and holds it until its channel closes. */
import { lockDirectory } from '../../dist/apps/standalone/src/directory-lock.js';

process.once('disconnect', () => process.exit(0));
process.once('message', () => {
  try {
    lockDirectory(process.argv[2]);
    process.send('held');
  } catch (error) {
    process.send(error.message.includes('already running') ? 'refused' : `failed: ${error.stack}`);
  }
});
process.send('here');
