import { distance } from 'fastest-levenshtein';
import { alternatives } from '../value/text.js';

const longestName = 100;
const mostNames = 3;

/**
 * Known names that the given one may be a slip of: Levenshtein distance of at most a third of the longer name, case
 * ignored, or one name inside the other; at most three, nearest first.
 */
export function nearestNames(name: string, known: Iterable<string>): string[] {
  if (name.length > longestName) return [];
  const wanted = name.toLowerCase();
  return [...new Set(known)]
    .map((candidate) => ({ candidate, distance: slipDistance(wanted, candidate.toLowerCase()) }))
    .filter((entry) => entry.distance <= 1)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, mostNames)
    .map((entry) => entry.candidate);
}

/** 0 for equal names, at most 1 for names that may be slips of each other. */
function slipDistance(wanted: string, candidate: string): number {
  const longer = Math.max(wanted.length, candidate.length);
  const tolerance = longer < 3 ? 0 : Math.max(1, Math.floor(longer / 3));
  // Names need at least as many edits as their lengths differ by.
  const near = Math.abs(wanted.length - candidate.length) <= tolerance;
  const edits = near ? distance(wanted, candidate) : Infinity;
  if (edits <= tolerance) return edits / (tolerance + 1);
  const contained = wanted.length >= 4 && (candidate.includes(wanted) || wanted.includes(candidate));
  return contained && candidate.length >= 4 ? 1 : 2;
}

/** ` Did you mean a or b?`, or nothing. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : ` Did you mean ${alternatives(names)}?`;
}
