/** A part of a page that the search may find. */
export interface Entry {
  readonly page: string;
  /** The heading below which it stands; empty for the top of the page. */
  readonly title: string;
  readonly address: string;
  readonly text: string;
}

/** What people can take in at a glance. */
const mostFound = 12;

/** Parts that have every word of the query, headings first. */
export function find(entries: readonly Entry[], query: string): Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return entries
    .map((entry) => ({ entry, weight: weightOf(entry, words) }))
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .slice(0, mostFound)
    .map(({ entry }) => entry);
}

/** 0 where a word is missing; a word in a heading counts for more than one in the text. */
function weightOf({ page, title, text }: Entry, words: readonly string[]): number {
  const places = [
    { text: title === '' ? page.toLowerCase() : title.toLowerCase(), weight: 8 },
    { text: page.toLowerCase(), weight: 3 },
    { text: text.toLowerCase(), weight: 1 },
  ];
  let sum = 0;
  for (const word of words) {
    const best = places.find((place) => place.text.includes(word));
    if (!best) return 0;
    sum += best.weight;
  }
  return sum;
}
