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
    ...functions.flatMap(({ name, apply, manifest: { module, aliases = [] } }) =>
      ['', ...[module, ...aliases].map((one) => `${one}.`)].map((prefix) => [`${prefix}${name}`, apply] as const),
    ),
  ]);
}
