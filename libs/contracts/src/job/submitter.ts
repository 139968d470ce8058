/** The same submitter in letters that a submission may have; undefined when none of it is left. */
export function submitterFrom(name: string): string | undefined {
  const plain = name.replace(/[^A-Za-z0-9_.@:%+-]+/g, '-').replace(/^[^A-Za-z0-9_:]+/, '');
  return plain === '' ? undefined : plain.slice(0, 64);
}
