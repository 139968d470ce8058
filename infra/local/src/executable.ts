import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Path of the first of these programs that a folder of the PATH holds. */
export async function findOnPath(
  names: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return firstExecutable(names.flatMap((name) => folders.map((folder) => join(folder, name))));
}

/** The first of these files that this user may execute. */
export async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
