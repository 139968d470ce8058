/** What stands there, a list or a single reference, with one more. */
export function withReference(text: string, reference: string): string {
  const said = text.trim();
  if (said === '') return reference;
  const list = said.startsWith('[') ? said.replace(/\]\s*$/, '').trimEnd() : `[${JSON.stringify(said)}`;
  return `${list}${list === '[' ? '' : ', '}${JSON.stringify(reference)}]`;
}
