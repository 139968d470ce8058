import { failure, RondelError, throwProblems, toFailure, type Problem } from '@rondel/contracts';
import { didYouMean, nearestNames } from '../text/nearest.js';
import { formatPath } from '../value/path.js';
import type { PlanNode } from '../value/plan-value.js';
import { quote } from '../value/text.js';
import { linkFunctionKey, type KnownFunctions } from './link-functions.js';
import { linksOf, type PlanLink } from './links.js';
import type { Place } from '../value/place.js';

/**
 * What is wrong with the links of a plan, as problems: listeners that say nothing sensible, functions that are not
 * registered, with the nearest names in `details.nearest`, and links that lead in a circle.
 */
export function linkProblemsOf(plan: PlanNode, functions: KnownFunctions): readonly Problem[] {
  return problemsOf(() => {
    checkLinks(linksOf(plan), functions);
  });
}

/**
 * Throws `PLAN_INVALID_VALUE` for links that must not be followed: through a function that is not registered, or back to
 * where they began.
 */
export function checkLinks(links: readonly PlanLink[], functions: KnownFunctions): void {
  throwProblems(links.flatMap((link) => functionProblem(link, functions)));
  refuseCycles(links);
}

/** What some work throws of a plan, as problems. */
export function problemsOf(work: () => void): readonly Problem[] {
  try {
    work();
    return [];
  } catch (error) {
    const { problems, ...problem } = toFailure(error);
    if (!problem.code.startsWith('PLAN_')) throw error;
    return problems ?? [problem];
  }
}

function functionProblem({ target, function: { module, name } }: PlanLink, functions: KnownFunctions): Problem[] {
  if (linkFunctionKey(functions, { module, name }) !== undefined) return [];
  const at = formatPath(target);
  const known = [...functions.keys()];
  // Those of packages are there a second time with their module.
  const bare = new Set(known.filter((full) => !full.includes('.')));
  const names = known.filter((full) => !bare.has(full.slice(full.lastIndexOf('.') + 1)) || bare.has(full));
  const nearest = nearestNames(name, names);
  const full = quote(module === undefined ? name : `${module}.${name}`);
  return [
    failure(
      'PLAN_INVALID_VALUE',
      `${at} follows another property through the function ${full}, which is not registered here.${didYouMean(nearest)} Registered: ${names.slice(0, 50).join(', ') || 'none'}.`,
      { at, details: { function: name, nearest } },
    ),
  ];
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
