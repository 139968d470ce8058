import { readJson } from './json-reader.js';
import type { PlanNode } from '../value/plan-value.js';
import { checkLength, checkText } from './text-bounds.js';
import { readToml } from './toml-reader.js';
import { planFromTree } from './tree-reader.js';

export type PlanFormat = 'toml' | 'json';

/**
 * Parses a plan file. Without a format, text that begins with `{` is JSON and all else TOML. Nothing is looked up: types
 * and properties may be unknown (`checkPlan` tells), and what is unknown is kept.
 *
 * Throws `PLAN_SYNTAX`; for errors of the text `details` has `line` and `column`, counted from 1.
 */
export function parsePlan(text: string, options: { readonly format?: PlanFormat | undefined } = {}): PlanNode {
  // First of all: even to look at its beginning may copy a text that was put together from parts.
  checkLength(text);
  const format = options.format ?? (/^\ufeff?\s*\{/.test(text) ? 'json' : 'toml');
  checkText(text, format);
  return planFromTree(format === 'json' ? readJson(text) : readToml(text), 'exact');
}
