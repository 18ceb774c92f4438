import { ApiProblem, ask } from '../../shared/api';

/** What a page says enough without, such as a class that was stopped and is not public any more. @throws Offline */
export async function answerOrNone<Data>(call: Parameters<typeof ask<Data>>[0]): Promise<Data | null> {
  try {
    return await ask(call, { again: true });
  } catch (error) {
    if (error instanceof ApiProblem) return null;
    throw error;
  }
}
