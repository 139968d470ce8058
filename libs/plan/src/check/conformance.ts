import type { CatalogNode } from '@rondel/contracts';
import type { PlanNode } from '../value/plan-value.js';
import type { CatalogIndex } from './catalog-index.js';
import type { JuliaWords } from './julia-words.js';
import type { ProblemList, Site } from './problem-list.js';

/** How a plan is held against a catalog. */
export interface Conformance {
  readonly index: CatalogIndex;
  /** Report properties that have no value and no default. */
  readonly requireAll: boolean;
  /** Give properties that have no value their default. */
  readonly fillDefaults: boolean;
  /**
   * What a property means that the catalog does not know. `refuse`: a problem, as a name that somebody has just typed.
   * `ignore`: a problem only if a known name is near, so that it may be a slip; else it is a field of another version in
   * a file, which is kept and has no effect.
   */
  readonly unknownProperties: 'refuse' | 'ignore';
  /** Name modules, types and properties as Julia does, for what is set in a plan that came from there. */
  readonly julia?: JuliaWords | undefined;
  /** Takes note of the properties that are ignored. */
  readonly ignored?: ProblemList;
}

export interface NodePlace extends Site {
  /** Module of the node above. */
  readonly inherited: string;
  /** Types that the property takes in which the node stands. */
  readonly accepts?: readonly string[] | undefined;
}

export interface ConformedNode {
  readonly node: PlanNode;
  /** Absent when the type is unknown; the node is then unchanged. */
  readonly definition?: CatalogNode;
}
