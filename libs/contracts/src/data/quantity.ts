/** A number with what it counts: `1 job`, `3 jobs`, `2 entries`. `many` is the noun with an s unless given. */
export function quantity(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
