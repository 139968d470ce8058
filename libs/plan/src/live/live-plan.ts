import type { Catalog } from '@rondel/contracts';
import { valueAt } from '../value/edit.js';
import { parsePath } from '../value/path.js';
import type { PlanNode, PlanValue } from '../value/plan-value.js';
import type { LinkFunctions } from '../links/link-functions.js';
import { createObservers, type ObserverErrorHandler, type PlanObserver } from './observers.js';
import { propertyState } from '../set/property.js';
import { placeInPlan } from '../value/place.js';
import type { PlanChange } from './plan-change.js';
import { changedState, editPlan, planRules, planState, type PlanEdit, type PlanRulesWithCatalog } from './plan-edit.js';
import type { EditedPlan, PlanState } from './plan-edit.js';

export interface LivePlanOptions {
  readonly catalog: Catalog;
  /** What links may compute. @default functions of `Base` */
  readonly functions?: LinkFunctions;
  /** Told what observers throw. */
  readonly onObserverError: ObserverErrorHandler;
  /** Number of changes before, of a plan that continues another one. @default 0 */
  readonly version?: number;
  /** Links that no longer follow, as `released` gave them. @default none */
  readonly released?: Iterable<string>;
}

/**
 * A plan that can be read, changed and watched. It holds one immutable tree after the other.
 *
 * Every change is complete, links included, before the first observer hears of it; observers are told in the order of
 * changes, and within one change in the order in which they came. As in Julia, a property that is set to the value it has
 * counts as changed. An observer may change the plan: the change is made at once and told after the present one; at most
 * 100 such changes are made in a row, then `CONFLICT` is thrown into the observer. What an observer throws goes to
 * `onObserverError`, and nobody else is affected.
 */
export interface WatchedPlan {
  readonly tree: PlanNode;
  /** How many changes were made. */
  readonly version: number;
  /** Keys of the links whose target was set by hand; `_listener` tables don't say it, as in Julia. */
  readonly released: readonly string[];
  /** The value at a path, `undefined` when it is missing. Throws `PLAN_UNKNOWN_PROPERTY` when nothing can be there. */
  get(path: string): PlanValue | undefined;
  /** Sets one property or list item to a value given as plain JSON, checked and converted. Throws as `setAll`. */
  set(path: string, value: unknown): void;
  /** Bare names are set on every node that has them, paths once; all or nothing. Throws as `setAll`. */
  setAll(parameters: Readonly<Record<string, unknown>>): void;
  /** Makes one property missing. */
  remove(path: string): void;
  /**
   * Makes every property of the plan, or of the node at `path`, missing; nodes stay and are cleared too unless `keepNodes`
   * is false. As with `clear!` in Julia, links of what was cleared and observers inside it are gone afterwards; unlike
   * there, the observers are told of it first.
   */
  clear(options?: { readonly path?: string; readonly keepNodes?: boolean }): void;
  /**
   * Lets one property follow another through a registered function, `identity` unless said otherwise, until it is set by
   * hand. Nothing is set before the source changes. A source that goes missing takes the target along.
   */
  link(target: string, source: string, functionName?: string): void;
  unlink(target: string): void;
  /** Any of the above, as data. */
  edit(edit: PlanEdit): void;
  /** What an edit would do, without doing it. Throws what the edit would throw. */
  preview(edit: PlanEdit): EditedPlan;
  /** Takes over one change that was made to a copy, as `preview` gave it there. What is `same` needs no value. */
  apply(changes: readonly PlanChange[], released: Iterable<string>): void;
  /**
   * Watches a property, a node with all that is in it, or with an empty path the whole plan. A property inside a node that
   * is replaced is told when its own value is another one. Returns what ends it. Throws `PLAN_UNKNOWN_PROPERTY`.
   */
  on(path: string, observer: PlanObserver): () => void;
  /** A live plan of its own that begins with this tree and these links. Observers stay behind. */
  fork(): WatchedPlan;
}

/**
 * Makes a plan live. Throws `PLAN_INVALID_VALUE` for listeners that name a function that is not registered, lead in a
 * circle or are malformed, and `PLAN_UNKNOWN_TYPE` for listeners of other types.
 */
export function livePlan(plan: PlanNode, options: LivePlanOptions): WatchedPlan {
  const rules = planRules(options.catalog, options.functions);
  return holdPlan(planState(plan, rules, options.released), rules, options);
}

function holdPlan(first: PlanState, rules: PlanRulesWithCatalog, options: LivePlanOptions): WatchedPlan {
  const observers = createObservers(options.onObserverError);
  let state = first;
  let version = options.version ?? 0;

  const commit = (next: PlanState, changes: readonly PlanChange[]) => {
    const before = state.tree;
    state = next;
    version += 1;
    return { version, before, after: next.tree, changes };
  };
  const edit = (wanted: PlanEdit) => {
    observers.admitChange();
    const edited = editPlan(state, wanted, rules);
    const change = commit(edited.state, edited.changes);
    if (wanted.kind === 'clear')
      observers.dropInside(placeInPlan(change.before, segmentsOf(wanted.path ?? '')), change);
    observers.tell(change);
  };

  return {
    get tree() {
      return state.tree;
    },
    get version() {
      return version;
    },
    get released() {
      return [...state.released];
    },
    get(path) {
      propertyState(state.tree, path, rules.catalog);
      return valueAt(state.tree, path);
    },
    set: (path, value) => edit({ kind: 'set', path, value }),
    setAll: (parameters) => edit({ kind: 'set-all', parameters }),
    remove: (path) => edit({ kind: 'remove', path }),
    clear: (what = {}) => edit({ kind: 'clear', ...what }),
    link: (target, source, name) => edit({ kind: 'link', target, source, function: name }),
    unlink: (target) => edit({ kind: 'unlink', target }),
    edit,
    preview: (wanted) => editPlan(state, wanted, rules),
    apply(changes, released) {
      observers.admitChange();
      const next = changedState(state, changes, released);
      const told = changes.map((change) =>
        change.same ? { ...change, value: valueAt(next.tree, change.at) } : change,
      );
      observers.tell(commit(next, told));
    },
    on(path, observer) {
      if (path !== '') propertyState(state.tree, path, rules.catalog);
      return observers.on(segmentsOf(path), version, observer);
    },
    fork: () => holdPlan(state, rules, { ...options, version: 0 }),
  };
}

function segmentsOf(path: string) {
  return path === '' ? [] : parsePath(path);
}
