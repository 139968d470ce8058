import { RondelError } from '@rondel/contracts';
import { formatPath } from '../path.js';
import { quote } from '../text.js';
import { resolveLinkFunction, type LinkFunctions } from './link-functions.js';
import type { PlanLink } from './links.js';
import type { Place } from './places.js';

/**
 * Throws `PLAN_INVALID_VALUE` for links that must not be followed: through a function that is not registered, or back to
 * where they began.
 */
export function checkLinks(links: readonly PlanLink[], functions: LinkFunctions): void {
  for (const link of links) checkFunction(link, functions);
  refuseCycles(links);
}

function checkFunction({ target, function: { module, name } }: PlanLink, functions: LinkFunctions): void {
  if (resolveLinkFunction(functions, { module, name }) !== undefined) return;
  const at = formatPath(target);
  // Those of packages are there a second time with their module.
  const names = [...functions.keys()].filter(
    (full) => !full.includes('.') || !functions.has(full.slice(full.lastIndexOf('.') + 1)),
  );
  const known = names.slice(0, 50).join(', ') || 'none';
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `${at} follows another property through the function ${quote(module === undefined ? name : `${module}.${name}`)}, which is not registered here. Registered: ${known}.`,
    { at, details: { function: name } },
  );
}

/** What a link sets may be, hold or lie inside what another one follows. */
function refuseCycles(links: readonly PlanLink[]): void {
  const followers = followersOf(links);
  const done = new Set<PlanLink>();
  for (const start of links) visit(start, { followers, done, trail: [] });
}

interface Visit {
  readonly followers: (link: PlanLink) => readonly PlanLink[];
  readonly done: Set<PlanLink>;
  readonly trail: readonly PlanLink[];
}

function visit(link: PlanLink, { followers, done, trail }: Visit): void {
  if (done.has(link)) return;
  const begin = trail.indexOf(link);
  if (begin >= 0) throw cyclic(trail.slice(begin));
  for (const next of followers(link)) visit(next, { followers, done, trail: [...trail, link] });
  done.add(link);
}

function followersOf(links: readonly PlanLink[]): (link: PlanLink) => readonly PlanLink[] {
  const at = new Map<string, PlanLink[]>();
  const below = new Map<string, PlanLink[]>();
  for (const link of links) {
    add(at, placeKey(link.source), link);
    for (let length = 0; length <= link.source.length; length += 1) {
      add(below, placeKey(link.source.slice(0, length)), link);
    }
  }
  return ({ target }) => {
    const above = target.map((_, length) => at.get(placeKey(target.slice(0, length))) ?? []);
    return [...(below.get(placeKey(target)) ?? []), ...above.flat()];
  };
}

function add(map: Map<string, PlanLink[]>, key: string, link: PlanLink): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [link]);
  else known.push(link);
}

function placeKey(place: Place): string {
  return JSON.stringify(place);
}

function cyclic(trail: readonly PlanLink[]): RondelError {
  const names = trail.slice(0, 5).map(({ target }) => formatPath(target));
  const at = names[0] ?? '';
  return new RondelError(
    'PLAN_INVALID_VALUE',
    `Links lead in a circle: ${[...names, at].join(' sets ')}. Remove one of them.`,
    { at },
  );
}
