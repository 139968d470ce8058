/** A description from the catalog: what stands between backticks is code. */
export function HelpText({ text }: { readonly text: string }) {
  const parts = text.split('`');
  // An even number of parts has a backtick without its other half.
  if (parts.length % 2 === 0) return <>{text}</>;
  return <>{parts.map((part, position) => (position % 2 === 1 ? <code key={position}>{part}</code> : part))}</>;
}
