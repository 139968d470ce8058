/** Longest time that the server holds an answer back, in seconds. */
export const waitSeconds = 60;

/**
 * Asks again until the answer is the one that is waited for. The server holds each answer back for a while (`?wait`), so there
 * is no pause between two questions.
 */
export async function askUntil<T>(ask: () => Promise<T>, isAwaited: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isAwaited(answer)) return answer;
  }
}
