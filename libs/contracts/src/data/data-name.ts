const longest = 200;

/** The name of a file in letters that `dataNames` of a submission may have; undefined when none of it is left. */
export function dataNameFrom(fileName: string): string | undefined {
  const printed = fileName.replaceAll(/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu, '');
  const [...letters] = printed;
  const kept = printed.length > longest ? letters.slice(0, longest / 2).join('') : printed;
  return kept === '' ? undefined : kept;
}

/** The name under which a submission gives the file that its data links to: no array of its own. */
export const linkedName = 'linked';

/** Whether data of this name is a file that the main one links to: `linked`, or one of several, `linked2` and so on. */
export function isLinkedName(name: string): boolean {
  return /^linked(?:[2-9]|1\d)?$/.test(name);
}
