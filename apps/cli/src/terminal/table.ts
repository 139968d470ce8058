import { stripVTControlCharacters } from 'node:util';

/** A column of a table: its title, and what stands below it for each entry. */
export interface Column<Item> {
  readonly title: string;
  readonly cell: (item: Item) => string;
  /** Never cut: ids, and cells with colours. */
  readonly whole?: boolean;
}

/** Lines of a table with a line for each entry, cut to the width of the terminal where that is given. */
export function tableOf<Item>(columns: readonly Column<Item>[], items: readonly Item[], width?: number): string[] {
  return tableLines(
    columns.map(({ title }) => title),
    items.map((item) => columns.map(({ cell }) => cell(item))),
    { width, whole: columns.filter(({ whole = false }) => whole).map(({ title }) => title) },
  );
}

interface TableOptions {
  /** Columns of the terminal; nothing is cut without. */
  readonly width?: number | undefined;
  /** Names of columns that are never cut: ids, and cells with colours. */
  readonly whole?: readonly string[];
}

const gap = 2;
/** What is left of a column that is cut. */
const narrowest = 6;

/**
 * Lines of a table, columns padded to their widest cell; colours inside cells do not count. Where the terminal is too
 * narrow the widest columns are cut, if there is anything left to cut.
 */
export function tableLines(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  { width, whole = [] }: TableOptions = {},
): string[] {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => visibleWidth(row[column] ?? ''))),
  );
  const cuttable = heads.flatMap((head, column) => (whole.includes(head) ? [] : [column]));
  if (width !== undefined) narrow(widths, cuttable, width);
  return [heads, ...rows].map((row) =>
    row
      .map((cell, column) => padded(fitted(cell, widths[column] ?? 0), widths[column] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

/** Takes from the widest of the columns that may be cut until all fit. */
function narrow(widths: number[], cuttable: readonly number[], width: number): void {
  let excess = widths.reduce((sum, one) => sum + one, gap * (widths.length - 1)) - width;
  while (excess > 0) {
    const column = cuttable.reduce((widest, one) => ((widths[one] ?? 0) > (widths[widest] ?? 0) ? one : widest), -1);
    const widest = widths[column] ?? 0;
    if (widest <= narrowest) return;
    widths[column] = widest - 1;
    excess -= 1;
  }
}

/** Only cells of columns that may be cut are too long, and these have no colours. */
function fitted(cell: string, width: number): string {
  return visibleWidth(cell) > width ? `${cell.slice(0, Math.max(0, width - 1))}…` : cell;
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - visibleWidth(cell)));
}

function visibleWidth(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
