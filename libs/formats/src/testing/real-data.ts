import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of a real data file next to the workspace; undefined, with the reason on the console, when it is not there. */
export function realData(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../../../shared/data/${name}`, import.meta.url));
  if (existsSync(path)) return path;
  console.warn(`Skipped: there is no ../shared/data/${name} next to the workspace.`);
  return undefined;
}
