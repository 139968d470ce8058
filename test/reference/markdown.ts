const notice = '<!-- Made by `npm run docs` from the code; a test compares. -->';

/** A whole page: title, the notice that it is made, and its parts with an empty line between them. */
export function pageOf(title: string, ...parts: readonly string[]): string {
  return `${[`# ${title}`, notice, ...parts.filter((part) => part !== '')].join('\n\n')}\n`;
}

/** A table; nothing without rows. */
export function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const lines = [header, header.map(() => '---'), ...rows.map((row) => row.map(cell))];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** A sentence as people write it: with a capital at its beginning and a full stop at its end. */
export function sentence(text = ''): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const begun = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.:!?]$/.test(begun) ? begun : `${begun}.`;
}

function cell(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/(?<!\\)\|/g, '\\|')
    .trim();
}
