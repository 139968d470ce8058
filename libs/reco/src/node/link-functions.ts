import { RondelError } from '@rondel/contracts';
import { baseLinkFunctions, type LinkFunction, type LinkFunctions } from '@rondel/plan';
import { indexUnique } from './index-unique.js';
import type { PackageManifest } from './package.js';

/** Each function by its name, and by its name with each module name of its package, as plan files may write it. */
export function linkFunctionsOf(manifests: readonly PackageManifest[]): LinkFunctions {
  const functions = manifests.flatMap((manifest) =>
    Object.entries(manifest.linkFunctions ?? {}).map(([name, apply]) => ({ name, apply, manifest })),
  );
  const ofBase = functions.find(({ name }) => baseLinkFunctions.has(name));
  if (ofBase !== undefined) {
    throw new RondelError(
      'INVALID_REQUEST',
      `${ofBase.manifest.name} provides the link function "${ofBase.name}", which Base has. Give it another name.`,
    );
  }
  indexUnique(
    'link function',
    functions.map((one) => [one.name, one] as const),
  );
  return new Map<string, LinkFunction>([
    ...baseLinkFunctions,
    ...functions.flatMap(({ name, apply, manifest }) =>
      fullNames(name, manifest).map((full) => [full, apply] as const),
    ),
  ]);
}

/** Names of the functions that only workers can call, in the same ways. Throws `INVALID_REQUEST` for one that the API calls. */
export function workerLinkFunctionsOf(manifests: readonly PackageManifest[]): string[] {
  const called = linkFunctionsOf(manifests);
  return manifests.flatMap((manifest) =>
    (manifest.workerLinkFunctions ?? []).flatMap((name) => {
      if (!called.has(name)) return fullNames(name, manifest);
      throw new RondelError(
        'INVALID_REQUEST',
        `${manifest.name} says that only workers can call the link function "${name}", which is one that the API calls. Give it another name.`,
      );
    }),
  );
}

function fullNames(name: string, { module, aliases = [] }: PackageManifest): string[] {
  return ['', ...[module, ...aliases].map((one) => `${one}.`)].map((prefix) => `${prefix}${name}`);
}
