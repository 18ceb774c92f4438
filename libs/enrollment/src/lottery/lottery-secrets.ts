import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

const SECRET_BYTES = 32;

/**
 * Where the secret of a lottery comes from: from nowhere, as nobody may know it before the draw. A made-up year that has
 * to come out the same again takes it from dice of its own instead.
 */
@Injectable()
export class LotterySecrets {
  private dice: ((classId: string) => string) | null = null;

  /** The secret of a class's lottery: 64 hexadecimal digits. */
  make(classId: string): string {
    return this.dice?.(classId) ?? randomBytes(SECRET_BYTES).toString('hex');
  }

  /** From now on secrets are what these dice say. For a process that plays a made-up year and serves nobody. */
  throwDice(dice: (classId: string) => string): void {
    this.dice = dice;
  }
}
