import { stripVTControlCharacters } from 'node:util';

/** Lines of a table, columns padded to their widest cell; colours inside cells do not count. */
export function tableLines(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => visibleWidth(row[column] ?? ''))),
  );
  return [heads, ...rows].map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - visibleWidth(cell)));
}

function visibleWidth(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
