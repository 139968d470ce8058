/** Where a test lets servers leave their tokens. */
export interface StateFolder {
  readonly path: string;
  write(file: string, text: string): void;
  remove(): void;
}

/** A new, empty folder. */
export function makeStateFolder(): StateFolder;
