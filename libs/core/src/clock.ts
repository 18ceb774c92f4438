import { Injectable } from '@nestjs/common';

/** The world's time. Everything that asks what time it is takes it from here, SQL included (as a parameter). */
export abstract class Clock {
  /** The present moment. */
  abstract now(): Date;
}

/**
 * The machine's clock, which a test that started this process may move (see `apps/*`: the `set-clock` message, heard
 * outside production only).
 */
@Injectable()
export class SystemClock extends Clock {
  private shift = 0;

  override now(): Date {
    return new Date(Date.now() + this.shift);
  }

  /** Makes it that moment now; time runs on from there. */
  moveTo(moment: Date): void {
    this.shift = moment.getTime() - Date.now();
  }
}
