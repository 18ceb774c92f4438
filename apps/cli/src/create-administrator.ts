import { brokenConstraint, type Settings } from '#core';
import { StaffService } from '#people';
import { withServices } from './operator.module.js';
import { InputRefused, readNewPassword } from './password.js';

/**
 * Makes the first administrator; further ones are made by that one on the platform.
 *
 * @throws InputRefused, PEOPLE.ADMINISTRATOR_EXISTS, PEOPLE.PASSWORD_WEAK
 */
export async function createAdministrator(
  settings: Settings,
  { username, name }: { username: string; name: string },
): Promise<void> {
  const given = { username: username.trim(), name: name.trim() };
  if (given.username.length < 3 || given.username.length > 50) {
    throw new InputRefused('The username must have 3 to 50 characters.');
  }
  if (given.name.length < 1 || given.name.length > 50) throw new InputRefused('The name must have 1 to 50 characters.');
  const password = await readNewPassword();
  await withServices(settings, async (services) => {
    try {
      await services.get(StaffService).createFirstAdministrator(given.username, password, given.name);
    } catch (error) {
      if (brokenConstraint(error) !== 'uq_staff_username') throw error;
      throw new InputRefused(`Somebody has the username ${given.username} already; choose another.`);
    }
  });
  console.log(`${given.name} may now sign in as ${given.username}.`);
}
