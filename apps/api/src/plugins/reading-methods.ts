/** Requests that change nothing. */
export const readingMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
