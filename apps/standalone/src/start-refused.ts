/** Why the program does not start or cannot go on, in one sentence for the person at the terminal. */
export class StartRefused extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'StartRefused';
  }
}
