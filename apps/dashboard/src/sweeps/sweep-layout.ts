import type { Sweep, SweepItem } from '@rondel/contracts';

/** The most combinations that are shown at once: as many as a contact sheet has. */
export const mostShown = 100;
const mostColumns = 12;

/** Combinations in rows and columns, or one after the other. */
export interface SweepLayout {
  /** What changes along a row; absent where the combinations have no such order. */
  readonly columns?: { readonly name: string; readonly values: readonly string[] };
  readonly rows: readonly SweepRow[];
}

export interface SweepRow {
  /** What all combinations of the row have in common, e.g. `filter = hann`; empty without columns. */
  readonly label: string;
  readonly items: readonly SweepItem[];
}

type Varied = Pick<Sweep, 'vary' | 'combine'>;

/** The first property changes along a row, as in the order of the combinations; the others from row to row. */
export function layoutOf(sweep: Varied, items: readonly SweepItem[]): SweepLayout {
  const [first] = sweep.vary;
  const count = columnsOf(sweep);
  if (first === undefined || count === undefined) return { rows: [{ label: '', items }] };
  const rows: SweepRow[] = [];
  for (let start = 0; start < items.length; start += count) {
    const some = items.slice(start, start + count);
    rows.push({ label: captionOf(sweep, some[0], first.path), items: some });
  }
  const name = shortNames(sweep).get(first.path) ?? first.path;
  return { columns: { name, values: first.values.map(valueWords) }, rows };
}

/** How many combinations stand on one page: whole rows, and not more than `mostShown`. */
export function pageLength(sweep: Varied): number {
  const columns = columnsOf(sweep) ?? 1;
  return Math.floor(mostShown / columns) * columns;
}

/** What a combination sets, e.g. `filter = hann, iterations = 20`; `except` is left out. */
export function captionOf(sweep: Varied, item: SweepItem | undefined, except?: string): string {
  const names = shortNames(sweep);
  return Object.entries(item?.assignments ?? {})
    .filter(([name]) => name !== except)
    .map(([name, value]) => `${names.get(name) ?? name} = ${valueWords(value)}`)
    .join(', ');
}

/** The last part of each path, where it tells the properties apart. */
export function shortNames({ vary }: Pick<Sweep, 'vary'>): ReadonlyMap<string, string> {
  const last = (path: string) => path.slice(path.lastIndexOf('.') + 1);
  const isAlone = (path: string) => vary.filter((other) => last(other.path) === last(path)).length === 1;
  return new Map(vary.map(({ path }) => [path, isAlone(path) ? last(path) : path]));
}

export function valueWords(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function columnsOf({ vary, combine }: Varied): number | undefined {
  const count = vary[0]?.values.length ?? 0;
  return combine === 'product' && vary.length > 1 && count > 1 && count <= mostColumns ? count : undefined;
}
